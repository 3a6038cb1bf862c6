/** How a file counts its lines and columns. */
export type TextEncoding = "bytes" | "utf-16le" | "utf-16be";

/** How many bytes of a file {@link sniffEncoding} wants to see. */
export const sniffedBytes = 4096;

/** Tells UTF-16 from everything else by its byte order mark, else by where the zero bytes stand. */
export function sniffEncoding(bytes: Uint8Array): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const zeros: [number, number] = [0, 0];
  const size = Math.min(bytes.length, sniffedBytes) & ~1;
  for (let index = 0; index < size; index += 1) {
    if (bytes[index] === 0) zeros[(index & 1) as 0 | 1] += 1;
  }
  // Mostly ASCII text in UTF-16 has a zero in nearly every pair, and always on the same side.
  const [even, odd] = zeros;
  if (odd > size / 4 && even < odd / 16) return "utf-16le";
  return even > size / 4 && odd < even / 16 ? "utf-16be" : "bytes";
}
