import { closeSync, openSync, readSync } from "node:fs";

const firstBytes = 8000;

/** Says what kind of bytes a file holds, as far as its first ones tell. @throws Error when it cannot be read. */
export function describeContent(path: string): string {
  const buffer = Buffer.alloc(firstBytes);
  const handle = openSync(path, "r");
  try {
    return describeBytes(buffer.subarray(0, readSync(handle, buffer, 0, firstBytes, 0)));
  } finally {
    closeSync(handle);
  }
}

/** Says what kind of bytes these first ones of a file are. */
export function describeBytes(bytes: Buffer): string {
  if (bytes.length === 0) return "empty";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16, little endian; it is scanned like any other";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16, big endian; it is scanned like any other";
  if (bytes.includes(0)) return "binary to git, because it has zero bytes; it is scanned like any other";
  return "text";
}
