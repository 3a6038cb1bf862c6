import assert from "node:assert/strict";
import type { ManagedProvider } from "@keywarden/key-format";
import { dialects } from "@keywarden/management";
import type { MountedProvider } from "./server-context.ts";

/** Joins each profile with its dialect, by provider id. */
export function mountedProviders(profiles: readonly ManagedProvider[]): ReadonlyMap<string, MountedProvider> {
  return new Map(
    profiles.map((profile) => {
      const dialect = dialects[profile.dialect];
      assert(dialect !== undefined, `there is no dialect ${profile.dialect} for ${profile.id}`);
      return [profile.id, { profile, dialect }];
    }),
  );
}
