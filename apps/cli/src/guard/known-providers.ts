import type { ProviderProfile } from "@keywarden/key-format";
import { narrowProviders } from "@keywarden/scan";
import { readGuardedProviders } from "./read-providers.ts";

/** Gives the known providers with nothing but these sorts of keys. */
export const knownProviders = (sorts: ReadonlySet<string> | "any"): readonly ProviderProfile[] =>
  sorts === "any" ? readGuardedProviders("any") : narrowProviders(readGuardedProviders(sorts), sorts);
