import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Secret } from "@keywarden/key-format";
import * as z from "zod";

export const sealedSchema = z.object({ nonce: z.string(), text: z.string(), tag: z.string() });

/** A key text that only the holder of the sealing key can read: AES-256-GCM, base64. */
export type Sealed = z.infer<typeof sealedSchema>;

export const sealingKeyBytes = 32;

/** Encrypts a key and binds it to its rotation, so that it cannot be moved into another journal. */
export function seal(secret: Secret, sealingKey: Uint8Array, rotationId: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce).setAAD(Buffer.from(rotationId, "utf8"));
  const text = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  return {
    nonce: nonce.toString("base64"),
    text: text.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
  };
}

/** Reads a sealed key; null when it was made with another key or changed since. */
export function unseal(sealed: Sealed, sealingKey: Uint8Array, rotationId: string): Secret | null {
  try {
    const nonce = Buffer.from(sealed.nonce, "base64");
    const decipher = createDecipheriv("aes-256-gcm", sealingKey, nonce, { authTagLength: 16 })
      .setAAD(Buffer.from(rotationId, "utf8"))
      .setAuthTag(Buffer.from(sealed.tag, "base64"));
    const text = Buffer.concat([decipher.update(Buffer.from(sealed.text, "base64")), decipher.final()]);
    return new Secret(text.toString("utf8"));
  } catch {
    return null;
  }
}
