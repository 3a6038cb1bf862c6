/** How a file counts its lines and columns. */
export type TextEncoding = "bytes" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";

/** How many bytes of a file {@link sniffEncoding} wants to see. */
export const sniffedBytes = 4096;

/** Tells UTF-16 and UTF-32 from everything else by the byte order mark, else by where the zero bytes stand. */
export function sniffEncoding(bytes: Uint8Array): TextEncoding {
  const wide = sniffUtf32(bytes);
  if (wide !== null) return wide;
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

// A byte order mark, or four characters of ASCII with three zero bytes each.
function sniffUtf32(bytes: Uint8Array): "utf-32le" | "utf-32be" | null {
  if (bytes.length < 16) return null;
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0) return "utf-32le";
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return "utf-32be";
  if (second !== 0 || third !== 0) return null;
  const isTextAt = (at: number): boolean =>
    [0, 4, 8, 12].every((unit) =>
      [0, 1, 2, 3].every((index) =>
        index === at ? isTextByte(bytes[unit + index] ?? 0) : bytes[unit + index] === 0,
      ),
    );
  if (isTextAt(0)) return "utf-32le";
  return isTextAt(3) ? "utf-32be" : null;
}

const isTextByte = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
