import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "@keywarden/key-format";

const headerForm = /^sha256=[0-9a-f]{64}$/u;

/** Tells whether a header can be a signature at all, so that a body need not be read to refuse it. */
export function isSignature(header: unknown): header is string {
  return typeof header === "string" && headerForm.test(header);
}

/** Tells whether one of the secrets signed exactly these bytes. Takes the same time whichever secret fits. */
export function verifySignature(body: Uint8Array, header: string, secrets: readonly Secret[]): boolean {
  if (!isSignature(header)) return false;
  const given = Buffer.from(header.slice("sha256=".length), "hex");
  let isValid = false;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret.reveal()).update(body).digest();
    isValid = timingSafeEqual(expected, given) || isValid;
  }
  return isValid;
}
