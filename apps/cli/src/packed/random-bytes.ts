import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteSource } from "./byte-source.ts";

/** Bytes that can be read anywhere. */
export interface SeekableBytes extends Disposable {
  readonly sizeBytes: number;
  /** Gives these bytes; fewer only where they end. */
  readonly read: (at: number, size: number) => Buffer;
}

/** Opens a file. @throws Error as node:fs does */
export const openRandomBytes = (path: string): SeekableBytes => ofHandle(openSync(path, "r"), () => {});

/** So many bytes are held in memory; more go to a file that nobody else can read. */
const mostHeldBytes = 32 * 1024 * 1024;

/** Takes all that comes from a source. @throws Error as node:fs does where it does not fit on the disk */
export async function gatherBytes(source: ByteSource): Promise<SeekableBytes> {
  const held: Buffer[] = [];
  let heldBytes = 0;
  for await (const piece of source.pieces()) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes > mostHeldBytes) return spool(held, source);
  }
  const bytes = Buffer.concat(held);
  return {
    sizeBytes: bytes.length,
    read: (at, size) => bytes.subarray(at, at + size),
    [Symbol.dispose]: () => {},
  };
}

async function spool(start: readonly Buffer[], rest: ByteSource): Promise<SeekableBytes> {
  const folder = mkdtempSync(join(tmpdir(), "keywarden-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const handle = openSync(join(folder, "archive"), "wx+", 0o600);
  // Elsewhere than on Windows an open file needs no name, and so nothing stays if this process is killed.
  if (platform() !== "win32") remove();
  try {
    for (const piece of start) writeAll(handle, piece);
    for await (const piece of rest.pieces()) writeAll(handle, piece);
  } catch (error) {
    closeSync(handle);
    remove();
    throw error;
  }
  return ofHandle(handle, remove);
}

function ofHandle(handle: number, remove: () => void): SeekableBytes {
  return {
    sizeBytes: fstatSync(handle).size,
    read: (at, size) => {
      const bytes = Buffer.allocUnsafe(size);
      let filled = 0;
      while (filled < size) {
        const read = readSync(handle, bytes, filled, size - filled, at + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    },
    [Symbol.dispose]: () => {
      closeSync(handle);
      remove();
    },
  };
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
}
