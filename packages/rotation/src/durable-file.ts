import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Appends whole bytes to a file and returns once they are on the disk; the file is made with mode 0600. */
export function appendDurably(path: string, bytes: Uint8Array, isNew: boolean): void {
  const file = openSync(path, isNew ? "ax" : "a", 0o600);
  try {
    writeWhole(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) syncDirectory(dirname(path));
}

/** Writes a file that is either the old one or the new one, however the process ends. */
export function replaceDurably(path: string, bytes: Uint8Array, mode: number, temporary: string): void {
  try {
    const file = openSync(temporary, "wx", mode);
    try {
      writeWhole(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** Makes a rename, a new file or a removal in a directory survive a power loss. */
export function syncDirectory(path: string): void {
  // Windows cannot open directories; its file systems journal names themselves.
  if (process.platform === "win32") return;
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}
