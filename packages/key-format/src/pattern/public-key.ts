import type { Sha256 } from "../fingerprint.ts";
import { readElements, type DerElement } from "./der.ts";

/** A public key as SSH writes it (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4). */
export type SshPublicKey = Uint8Array;

/**
 * Reads the public half that stands inside a private key without a passphrase, in DER: PKCS #1, SEC 1 or PKCS #8.
 * `null` where it does not stand there (most Ed25519 keys), or where SSH has no such keys.
 */
export function readPublicKey(der: Uint8Array): SshPublicKey | null {
  const fields = readElements(der)?.[0]?.children;
  if (fields === undefined) return null;
  const [version, second, third] = fields;
  if (version?.tag !== tags.integer) return null;
  if (second?.tag === tags.sequence && third?.tag === tags.octets) return readPkcs8(fields);
  if (second?.tag === tags.octets) return readEcKey(fields, null);
  return readRsaKey(fields);
}

/** Reads the public key of a file in the form of OpenSSH, where it stands in the clear even beside a passphrase. */
export function readOpenSshPublicKey(file: Uint8Array): SshPublicKey | null {
  let at = magic.length + 1;
  const next = (): Uint8Array | null => {
    const size = readNumber(file, at);
    if (size === null || at + 4 + size > file.length) return null;
    at += 4 + size;
    return file.subarray(at - size, at);
  };
  // Cipher, key derivation and its options come first, then the number of keys.
  if (next() === null || next() === null || next() === null || readNumber(file, at) !== 1) return null;
  at += 4;
  return next();
}

/** Gives what `ssh-keygen -lf` shows for a public key: `SHA256:` and the digest in base64 without padding. */
export function fingerprintPublicKey(key: SshPublicKey, sha256: Sha256): string {
  const digest = sha256(key).replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return `SHA256:${btoa(digest).replace(/=+$/, "")}`;
}

const magic = "openssh-key-v1";
const tags = { integer: 0x02, bits: 0x03, octets: 0x04, sequence: 0x30, first: 0xa1, firstBits: 0x81 };

const algorithms = { rsa: "2a864886f70d010101", ec: "2a8648ce3d0201", ed25519: "2b6570" };

const curves: Readonly<Record<string, { readonly name: string; readonly pointBytes: number }>> = {
  "2a8648ce3d030107": { name: "nistp256", pointBytes: 65 },
  "2b81040022": { name: "nistp384", pointBytes: 97 },
  "2b81040023": { name: "nistp521", pointBytes: 133 },
};

// Version, algorithm, the private key in a form of its own, attributes, and since RFC 5958 the public key.
function readPkcs8([, algorithm, inner, ...more]: readonly DerElement[]): SshPublicKey | null {
  const [id, curve] = algorithm?.children ?? [];
  const name = hex(id?.content);
  if (name === algorithms.ed25519) {
    const bits = more.find(({ tag }) => tag === tags.firstBits)?.content;
    return bits?.length === 33 && bits[0] === 0 ? write([text("ssh-ed25519"), bits.subarray(1)]) : null;
  }
  const fields = readElements(inner?.content ?? new Uint8Array())?.[0]?.children;
  if (fields === undefined) return null;
  if (name === algorithms.rsa) return readRsaKey(fields);
  return name === algorithms.ec ? readEcKey(fields, hex(curve?.content)) : null;
}

// DSA has as many numbers up to its public half, but six in all; RSA nine.
function readRsaKey(fields: readonly DerElement[]): SshPublicKey | null {
  const [, modulus, exponent] = fields;
  if (fields.length < 9 || fields.some(({ tag }) => tag !== tags.integer)) return null;
  if (modulus === undefined || exponent === undefined) return null;
  return write([text("ssh-rsa"), exponent.content, modulus.content]);
}

function readEcKey(fields: readonly DerElement[], stated: string | null): SshPublicKey | null {
  const inner = (tag: number): DerElement | undefined =>
    fields.find((field) => field.tag === tag)?.children?.[0];
  const curve = curves[stated ?? hex(inner(0xa0)?.content)];
  const bits = inner(tags.first)?.content;
  // A first octet of zero: the bits end with an octet. A point that begins with 4 is not compressed.
  if (curve === undefined || bits?.length !== curve.pointBytes + 1 || bits[0] !== 0 || bits[1] !== 4) {
    return null;
  }
  return write([text(`ecdsa-sha2-${curve.name}`), text(curve.name), bits.subarray(1)]);
}

const text = (value: string): Uint8Array => Uint8Array.from(value, (one) => one.charCodeAt(0));

const hex = (bytes: Uint8Array = new Uint8Array()): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function write(fields: readonly Uint8Array[]): SshPublicKey {
  return Uint8Array.from(
    fields.flatMap((field) =>
      [24, 16, 8, 0].map((shift) => (field.length >>> shift) & 0xff).concat(...field),
    ),
  );
}

function readNumber(bytes: Uint8Array, at: number): number | null {
  const four = bytes.subarray(at, at + 4);
  return four.length < 4 ? null : four.reduce((sum, byte) => sum * 256 + byte, 0);
}
