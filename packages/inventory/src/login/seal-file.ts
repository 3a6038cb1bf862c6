import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from "node:crypto";
import { credentialError } from "./login-error.ts";

/**
 * The form of the file, version 1: the key is scrypt of the passphrase, the content AES-256-GCM, and all that is said
 * of how is authenticated with it. Salt and nonce are new with every write.
 */
interface SealedFile {
  readonly format: "keywarden-credentials";
  readonly version: 1;
  readonly kdf: {
    readonly name: "scrypt";
    readonly cost: number;
    readonly blockSize: number;
    readonly salt: string;
  };
  readonly nonce: string;
  readonly content: string;
  readonly tag: string;
}

const cost = 2 ** 17;
const blockSize = 8;

/** Encrypts text so that only the passphrase opens it; takes some 0.3 s on purpose. */
export async function sealText(text: string, passphrase: string): Promise<string> {
  const kdf = { name: "scrypt", cost, blockSize, salt: randomBytes(16).toString("base64") } as const;
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await deriveKey(passphrase, kdf), nonce);
  cipher.setAAD(aadOf(kdf));
  const content = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const file: SealedFile = {
    format: "keywarden-credentials",
    version: 1,
    kdf,
    nonce: nonce.toString("base64"),
    content: content.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws LoginError LOGIN_CREDENTIALS for a wrong passphrase, or a file that was changed or is not Keywarden's */
export async function openText(sealed: string, passphrase: string, path: string): Promise<string> {
  const { kdf, nonce, content, tag } = readSealed(sealed, path);
  const key = await deriveKey(passphrase, kdf);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), {
      authTagLength: 16,
    });
    decipher.setAAD(aadOf(kdf));
    decipher.setAuthTag(Buffer.from(tag, "base64"));
    return decipher.update(Buffer.from(content, "base64"), undefined, "utf8") + decipher.final("utf8");
  } catch {
    // No cause: it could not distinguish the two.
    throw credentialError(`${path} does not open: the passphrase is wrong, or the file was changed`);
  }
}

const aadOf = (kdf: SealedFile["kdf"]): Buffer =>
  Buffer.from(JSON.stringify(["keywarden-credentials", 1, kdf.name, kdf.cost, kdf.blockSize, kdf.salt]));

function readSealed(text: string, path: string): SealedFile {
  const value = parse(text) as Partial<Record<keyof SealedFile, unknown>> | null;
  if (typeof value !== "object" || value?.format !== "keywarden-credentials")
    throw credentialError(`${path} is not a Keywarden credentials file`);
  if (value.version !== 1) throw credentialError(`${path} was written by a newer Keywarden`);
  const kdf = value.kdf as Partial<SealedFile["kdf"]> | null | undefined;
  const isFine =
    kdf?.name === "scrypt" &&
    isPowerOfTwo(kdf.cost) &&
    kdf.blockSize === blockSize &&
    [kdf.salt, value.nonce, value.content, value.tag].every((part) => typeof part === "string");
  if (!isFine) throw credentialError(`${path} was changed: its header says what no Keywarden writes`);
  return value as SealedFile;
}

// A file from somewhere else must not make this process take gigabytes, nor a weak key look like ours.
function isPowerOfTwo(number: unknown): boolean {
  return typeof number === "number" && [15, 16, 17, 18, 19, 20].some((power) => number === 2 ** power);
}

function deriveKey(passphrase: string, kdf: SealedFile["kdf"]): Promise<Buffer> {
  const options: ScryptOptions = {
    cost: kdf.cost,
    blockSize: kdf.blockSize,
    parallelization: 1,
    maxmem: 256 * kdf.cost * kdf.blockSize,
  };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), Buffer.from(kdf.salt, "base64"), 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
