import { hash } from "node:crypto";
import type { VerifyRequest } from "./verdict.ts";

/** The SHA-256 to look a key up by; null if the request has none. */
export function digestOf({ text = null, sha256 }: Pick<VerifyRequest, "text" | "sha256">): string | null {
  if (text === null || text === "") return sha256 ?? null;
  // In one call: every verification waits for it, and an object that digests takes twice as long.
  return hash("sha256", stripScheme(text), "hex");
}

/** Removes the `secret-token:` that RFC 8959 puts in front of a key so that scanners find it. */
export function stripScheme(text: string): string {
  return text.replace(/^secret-token:/i, "");
}
