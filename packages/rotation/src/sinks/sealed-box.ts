import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";

// The fixed start of an X25519 public key in SubjectPublicKeyInfo (RFC 8410); the 32 bytes follow.
const derPrefix = Buffer.from("302a300506032b656e032100", "hex");

// "expand 32-byte k", the constant of Salsa20, as little-endian words.
const sigma = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);

/**
 * Encrypts for the holder of an X25519 key as libsodium's `crypto_box_seal` does: an ephemeral key pair, X25519,
 * HSalsa20, XSalsa20-Poly1305 under a nonce of BLAKE2b-192 over both public keys.
 *
 * @throws RangeError when the recipient's key is not 32 bytes
 */
export function sealBox(message: Uint8Array, recipientKey: Uint8Array): Uint8Array {
  if (recipientKey.length !== 32) throw new RangeError("an X25519 public key has 32 bytes");
  const recipient = createPublicKey({
    key: Buffer.concat([derPrefix, recipientKey]),
    format: "der",
    type: "spki",
  });
  const ephemeral = generateKeyPairSync("x25519");
  const ephemeralKey = rawKey(ephemeral.publicKey);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const nonce = blake2b(Buffer.concat([ephemeralKey, recipientKey]), { dkLen: 24 });
  const box = xsalsa20poly1305(deriveKey(shared), nonce).encrypt(message);
  return Buffer.concat([ephemeralKey, box]);
}

function deriveKey(shared: Uint8Array): Uint8Array {
  const derived = new Uint32Array(8);
  hsalsa(sigma, toWords(shared), new Uint32Array(4), derived);
  const bytes = Buffer.alloc(32);
  derived.forEach((word, index) => bytes.writeUInt32LE(word, index * 4));
  return bytes;
}

function toWords(bytes: Uint8Array): Uint32Array {
  const view = Buffer.from(bytes);
  return Uint32Array.from({ length: view.length / 4 }, (_, index) => view.readUInt32LE(index * 4));
}

function rawKey(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(derPrefix.length);
}
