import { readSync } from "node:fs";

/**
 * Reads until the buffer is full or the file ends, and gives how many bytes that were. A file system may give less than it
 * is asked for long before the end: `/proc` does, and network mounts.
 *
 * @param statedSize what the file system says of the file; with as many bytes it is not asked whether that was the end
 */
export function fillBuffer(handle: number, buffer: Buffer, statedSize: number): number {
  let size = readSync(handle, buffer, 0, buffer.length, null);
  if (size === 0 || size === statedSize) return size;
  while (size < buffer.length) {
    const more = readSync(handle, buffer, size, buffer.length - size, null);
    if (more === 0) return size;
    size += more;
  }
  return size;
}
