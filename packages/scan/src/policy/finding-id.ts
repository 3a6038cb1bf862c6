import type { Secret } from "@keywarden/key-format";

/** HMAC-SHA-256 of a key's text under the repository's own baseline key, as 64 lower-case hex digits. */
export type FindingId = string;

/** Gives the lower-case hex HMAC-SHA-256 of the text's UTF-8 bytes under a key of 64 hex digits. */
export type HmacSha256 = (baselineKey: string, text: string) => string;

/** Names a key so that only who holds the key itself can recognise it; the same in every file, branch and commit. */
export type IdentifyKey = (secret: Secret) => FindingId;

/** Makes the naming of keys for one repository. */
export function makeIdentifyKey(baselineKey: string, hmacSha256: HmacSha256): IdentifyKey {
  return (secret) => hmacSha256(baselineKey, secret.reveal());
}
