import { createHash } from "node:crypto";

/** The form in which refs are told apart: a name can hold a key. */
export function refDigestOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
