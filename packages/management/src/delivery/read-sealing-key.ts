import { constants, createPrivateKey, privateDecrypt, type KeyObject } from "node:crypto";
import { Secret } from "@keywarden/key-format";
import { makeSealingKey, type SealingKey } from "./sealed-secret.ts";

/**
 * Reads a private key in PEM, as `openssl genpkey -algorithm X25519` or `RSA` writes one, to open what was sealed to
 * its public key; null for any other text.
 */
export function readSealingKey(pem: string): Pick<SealingKey, "open"> | null {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Why OpenSSL cannot read it would quote what may be a key.
    return null;
  }
  if (key.asymmetricKeyType === "x25519")
    return makeSealingKey(key.export({ format: "der", type: "pkcs8" }).subarray(-32));
  return key.asymmetricKeyType === "rsa" ? { open: (sealed) => openByRsa(key, sealed) } : null;
}

function openByRsa(key: KeyObject, sealed: string): Secret | null {
  const [name, text = ""] = sealed.split(".");
  if (name !== "rsa-oaep-256") return null;
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const bytes = privateDecrypt({ key, padding, oaepHash: "sha256" }, Buffer.from(text, "base64"));
    return new Secret(bytes.toString("utf8"));
  } catch {
    // Whatever is wrong with it, it is not for this key.
    return null;
  }
}
