import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  publicEncrypt,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { Secret } from "@keywarden/key-format";

/** A public key that a new secret is sealed to, so that only the holder of its private key can read it. */
export interface Recipient {
  /**
   * Encrypts a secret, each time differently; the text is a name and base64 with padding, with dots between.
   *
   * @throws RangeError when the secret is too long for an RSA key of this size
   */
  seal(secret: Secret): string;
}

/** A key pair of the caller's own: its recipient goes to the server, and what the server sealed is opened with it. */
export interface SealingKey {
  /** The value of the `Keywarden-Seal-To` header. */
  readonly recipient: string;
  /** Gives null for what was sealed to somebody else, changed on the way, or never sealed. */
  open(sealed: string): Secret | null;
}

const curve = "x25519";
const rsa = "rsa-oaep-256";

// What an X25519 key looks like in DER (RFC 8410) before its 32 bytes.
const publicStart = Buffer.from("302a300506032b656e032100", "hex");
const privateStart = Buffer.from("302e020100300506032b656e04220420", "hex");
const curveBytes = 32;
const tagBytes = 16;

/** Makes a pair: from 32 secret bytes always the same one, so that a program needs to keep nothing else. */
export function makeSealingKey(seed: Uint8Array = randomBytes(curveBytes)): SealingKey {
  if (seed.length !== curveBytes) throw new RangeError(`a sealing key is made of ${curveBytes} bytes`);
  const key = createPrivateKey({ key: Buffer.concat([privateStart, seed]), format: "der", type: "pkcs8" });
  const own = rawPublic(createPublicKey(key));
  return {
    recipient: `${curve} ${own.toString("base64")}`,
    open: (sealed) => {
      try {
        const [name, ephemeral = "", text = ""] = sealed.split(".");
        if (name !== curve) return null;
        const theirs = Buffer.from(ephemeral, "base64");
        const { cipherKey, nonce } = derive(key, readCurve(theirs), theirs, own);
        const bytes = Buffer.from(text, "base64");
        const decipher = createDecipheriv("aes-256-gcm", cipherKey, nonce, { authTagLength: tagBytes });
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        const body = decipher.update(bytes.subarray(0, -tagBytes));
        return new Secret(Buffer.concat([body, decipher.final()]).toString("utf8"));
      } catch {
        // Whatever is wrong with it, it is not for this key.
        return null;
      }
    },
  };
}

/** Reads `x25519 <32 bytes>` or `rsa-oaep-256 <SubjectPublicKeyInfo>`, in base64 or base64url; null for anything else. */
export function parseRecipient(text: string): Recipient | null {
  const [, name, encoded = ""] = /^(\S+) ([\w+/-]+={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  try {
    if (name === curve) return curveRecipient(bytes);
    return name === rsa ? rsaRecipient(bytes) : null;
  } catch {
    // The bytes are not a key, or a point of the curve that gives everybody the same shared secret.
    return null;
  }
}

function curveRecipient(theirs: Buffer): Recipient {
  const key = readCurve(theirs);
  const seal = ({ text }: { text: string }): string => {
    const pair = generateKeyPairSync("x25519");
    const own = rawPublic(pair.publicKey);
    const { cipherKey, nonce } = derive(pair.privateKey, key, own, theirs);
    const cipher = createCipheriv("aes-256-gcm", cipherKey, nonce, { authTagLength: tagBytes });
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return [curve, own.toString("base64"), body.toString("base64")].join(".");
  };
  // Fails now, and not after a key is created, for a point that cannot give a shared secret.
  seal({ text: "" });
  return { seal: (secret) => seal({ text: secret.reveal() }) };
}

function rsaRecipient(der: Buffer): Recipient | null {
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== "rsa" || modulusLength < 2048 || modulusLength > 8192) return null;
  const mostBytes = modulusLength / 8 - 66;
  return {
    seal: (secret) => {
      const text = Buffer.from(secret.reveal(), "utf8");
      if (text.length > mostBytes) throw new RangeError("the key is too long for an RSA key of this size");
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const bytes = publicEncrypt({ key, padding, oaepHash: "sha256" }, text);
      return [rsa, bytes.toString("base64")].join(".");
    },
  };
}

// A fresh pair for each secret makes key and nonce fresh too; both public keys are mixed in, as in RFC 9180 §4.1.
function derive(privateKey: KeyObject, publicKey: KeyObject, ephemeral: Buffer, recipient: Buffer) {
  const shared = diffieHellman({ privateKey, publicKey });
  const salt = Buffer.concat([ephemeral, recipient]);
  const bytes = Buffer.from(hkdfSync("sha256", shared, salt, "keywarden sealed secret 1", 44));
  return { cipherKey: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

function readCurve(bytes: Buffer): KeyObject {
  if (bytes.length !== curveBytes) throw new RangeError(`an X25519 key has ${curveBytes} bytes`);
  return createPublicKey({ key: Buffer.concat([publicStart, bytes]), format: "der", type: "spki" });
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(publicStart.length);
}
