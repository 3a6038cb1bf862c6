import { createHash } from "node:crypto";
import { readOwnFile, writeOwnFile } from "./own-file.ts";

/** Where a cache is, and what decides whether it is believed. */
export interface Seal {
  readonly path: string;
  /** Eight characters that name the form of the content. */
  readonly magic: string;
  /** All that the content depends on; it is believed only where all of it is the same. */
  readonly conditions: unknown;
}

const digestBytes = 32;

const digestOf = (content: Uint8Array | string): Buffer => createHash("sha256").update(content).digest();

const headOf = ({ magic, conditions }: Seal): Buffer =>
  Buffer.concat([Buffer.from(magic), digestOf(JSON.stringify(conditions))]);

/** Reads what was written under the same conditions by this user alone; nothing where it is damaged or of other conditions. */
export function readSealed(seal: Seal): Buffer {
  const none = Buffer.alloc(0);
  const bytes = readOwnFile(seal.path);
  const head = headOf(seal);
  if (bytes === null || bytes.length < head.length + digestBytes) return none;
  const content = bytes.subarray(0, bytes.length - digestBytes);
  const isOurs =
    content.subarray(0, head.length).equals(head) && bytes.subarray(content.length).equals(digestOf(content));
  return isOurs ? content.subarray(head.length) : none;
}

/**
 * Writes it, all of it or nothing; where that cannot be, nothing happens. A part may be changed once the next one is asked
 * for.
 */
export function writeSealed(seal: Seal, parts: Iterable<Uint8Array>): void {
  writeOwnFile(seal.path, sealedParts(seal, parts));
}

function* sealedParts(seal: Seal, parts: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  const head = headOf(seal);
  hash.update(head);
  yield head;
  for (const part of parts) {
    hash.update(part);
    yield part;
  }
  yield hash.digest();
}
