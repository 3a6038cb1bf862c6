import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { pathText } from "@keywarden/scan";

/** Makes the reported form of a path: `/` between folders, keys in it redacted. */
export function makeShowPath(providers: readonly ProviderProfile[]): (path: Uint8Array) => string {
  return (path) => redactWithin(pathText(path), providers);
}
