import { decodeBase32 } from "./checksum-rule.ts";
import { endOfSignedQuery, isSignedQuery } from "./signed-query.ts";
import { readOpenSshPublicKey, readPublicKey, type SshPublicKey } from "./public-key.ts";

/** A way in which a key says something of itself, without a network (key-formats.md §14.5). */
export type StructureName = "jwt" | "pem" | "ppk" | "aws-key-id" | "signed-query";

/** Whether such a key is a block of lines, of which a pattern names the first. */
export const isBlockStructure = (name: StructureName | undefined): boolean =>
  name === "pem" || name === "ppk";

/** What the text of a key says of itself. */
export interface StructureFacts {
  /** Whether the structure is there: `false` means that the text cannot be such a key. */
  readonly holds: boolean;
  /** Sentence fragments for people; they hold no part of the key that is secret. */
  readonly notes: readonly string[];
  /** When it stops working, if it says so. */
  readonly expiresAtMs?: number;
  /** Whether it is of a sort that can end, and does not say when: nothing in it tells whether it still works. */
  readonly isEndless?: true;
  /** The public half of a private key, where it stands in it. */
  readonly publicKey?: SshPublicKey;
}

/** Reads what a key says of itself. Never throws. */
export function readStructure(name: StructureName, text: string): StructureFacts {
  if (name === "jwt") return readJwt(text);
  if (name === "pem") return readPem(text);
  if (name === "ppk") return readPpk(text);
  if (name === "signed-query") return readSignedQuery(text);
  return readAwsKeyId(text);
}

const broken: StructureFacts = { holds: false, notes: [] };

function readJwt(text: string): StructureFacts {
  const [head = "", payload = ""] = text.slice(text.indexOf("eyJ")).split(".");
  const header = decodeJson(head);
  const claims = decodeJson(payload);
  if (header === null || claims === null || typeof header.alg !== "string") return broken;
  const { iss, exp } = claims;
  const notes: string[] = [];
  if (header.alg.toLowerCase() === "none") notes.push("it is not signed");
  if (typeof iss === "string" && /^[\w.:/@-]{1,80}$/.test(iss)) notes.push(`issued by ${iss}`);
  if (typeof exp !== "number" || exp <= 0 || exp > 253_402_300_799) {
    const isSigned = header.alg.toLowerCase() !== "none";
    return isSigned && !isPrinted(claims) ? { holds: true, notes, isEndless: true } : { holds: true, notes };
  }
  return { holds: true, notes, expiresAtMs: exp * 1000 };
}

// What documents and tests of libraries write into their tokens.
function isPrinted({ sub, name, foo, iss }: Record<string, unknown>): boolean {
  const isExample = typeof iss === "string" && /\bexample\b/i.test(iss);
  return sub === "1234567890" || name === "John Doe" || foo !== undefined || isExample;
}

// The header of a PEM block tells most; inside an OpenSSH key the name of the cipher stands behind the magic text.
function readPem(text: string): StructureFacts {
  const lines = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  if (lines.includes("BEGIN ENCRYPTED") || /Proc-Type: ?4,ENCRYPTED/.test(lines)) {
    return { holds: true, notes: ["encrypted with a passphrase"] };
  }
  const body = lines.replace(/-----[^-]*-----/g, "").replace(/[^0-9A-Za-z+/]/g, "");
  const bytes = decodeBase64(body.length % 4 === 1 ? body.slice(0, -1) : body);
  if (bytes === null) return { holds: true, notes: [] };
  if (text.includes("OPENSSH")) {
    if (!bytes.startsWith("openssh-key-v1\0")) return broken;
    const cipher = bytes.slice(19, 19 + (bytes.charCodeAt(18) || 0));
    const notes = [cipher === "none" ? "not encrypted" : "encrypted with a passphrase"];
    return withPublicKey({ holds: true, notes }, readOpenSshPublicKey(octetsOf(bytes)));
  }
  // DER of a key is one sequence. One of which less than half is there stands in a document that shows its beginning.
  if (bytes.charCodeAt(0) !== 0x30 || bytes.length * 2 < sizeOf(bytes)) return broken;
  return withPublicKey({ holds: true, notes: ["not encrypted"] }, readPublicKey(octetsOf(bytes)));
}

// PuTTY writes in the clear how a file is encrypted, and the public half (its manual, appendix C).
function readPpk(text: string): StructureFacts {
  const lines = text.replaceAll("\\r", "").replaceAll("\\n", "\n").split("\n");
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.trimStart().startsWith(`${name}: `))?.split(": ")[1];
  const cipher = valueOf("Encryption")?.trim();
  if (cipher === undefined) return broken;
  const notes = [cipher === "none" ? "not encrypted" : "encrypted with a passphrase"];
  const first = lines.findIndex((line) => line.includes("Public-Lines: ")) + 1;
  const count = Number(valueOf("Public-Lines"));
  const bytes = decodeBase64(
    lines
      .slice(first, first + count)
      .join("")
      .replace(/\s/g, ""),
  );
  return withPublicKey({ holds: true, notes }, bytes === null || bytes === "" ? null : octetsOf(bytes));
}

/** How long the sequence says it is; 0 where that is not two octets, as it is for keys of 1,024 bits and more. */
const sizeOf = (der: string): number =>
  der.charCodeAt(1) === 0x82 ? der.charCodeAt(2) * 256 + der.charCodeAt(3) : 0;

const octetsOf = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));

const withPublicKey = (facts: StructureFacts, publicKey: SshPublicKey | null): StructureFacts =>
  publicKey === null ? facts : { ...facts, publicKey };

function readSignedQuery(text: string): StructureFacts {
  const expiresAtMs = endOfSignedQuery(text);
  return {
    holds: isSignedQuery(text),
    notes: [],
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

const mostAccounts = 10n ** 12n;

// The account number stands in bits 1 to 40 of what follows the class (Aidan Steele, 2020; Tal Be'ery, 2023). Ids from
// before 2019 hold none and begin with I or J, where the first bit is 0; an invented id may hold too large a number.
function readAwsKeyId(text: string): StructureFacts {
  const bytes = decodeBase32(text.slice(4));
  if (bytes === null || bytes.length < 6) return broken;
  const number = bytes.slice(0, 6).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const account = (number & 0x7f_ff_ff_ff_ff_80n) >> 7n;
  if (number >> 47n === 0n || account >= mostAccounts) return { holds: true, notes: [] };
  return { holds: true, notes: [`of AWS account ${account.toString().padStart(12, "0")}`] };
}

function decodeJson(text: string): Record<string, unknown> | null {
  const bytes = decodeBase64(text);
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(bytes);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function decodeBase64(text: string): string | null {
  try {
    return atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
  } catch {
    return null;
  }
}
