import type { Secret } from "./redaction/secret.ts";
import { withoutScheme } from "./redaction/secret-token.ts";

/** SHA-256 of the whole key text as 64 lower-case hex digits. */
export type Fingerprint = string;

/** Gives the lower-case hex SHA-256 of bytes, or of a text's UTF-8 bytes. */
export type Sha256 = (content: string | Uint8Array) => string;

/** Gives the form in which a key is stored and looked up; a `secret-token:` in front is not part of the key (key-formats.md §9). */
export function fingerprint(key: Secret | string, sha256: Sha256): Fingerprint {
  return sha256(withoutScheme(typeof key === "string" ? key : key.reveal()));
}
