import { fingerprint, type KeyFormat, type Secret } from "@keywarden/key-format";
import type { NewSecret } from "@keywarden/storage";
import { sha256 } from "./sha256.ts";

/** What is stored of a secret: its hash, its prefix, and as many last characters as its length lets be shown. */
export function newSecret(secret: Secret, format: KeyFormat): NewSecret {
  return {
    sha256: fingerprint(secret, sha256),
    prefix: format.prefix,
    lastFour: secret.redacted.split("…").at(-1) ?? "",
  };
}
