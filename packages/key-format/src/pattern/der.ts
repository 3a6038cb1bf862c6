/** A value in DER (X.690): its first octet, its content, and the values inside where it is made of such. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly children?: readonly DerElement[];
}

// A key has four levels.
const deepest = 6;
const constructed = 0x20;

/** Reads the values that stand behind each other; `null` where the bytes are none, or end too early. */
export function readElements(bytes: Uint8Array, depth = 0): readonly DerElement[] | null {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const size = readLength(bytes, at + 1);
    if (size === null || size.end > bytes.length) return null;
    const content = bytes.subarray(size.start, size.end);
    at = size.end;
    if ((tag & constructed) === 0) {
      elements.push({ tag, content });
      continue;
    }
    const children = depth < deepest ? readElements(content, depth + 1) : null;
    if (children === null) return null;
    elements.push({ tag, content, children });
  }
  return elements;
}

function readLength(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 0x80) return { start: at + 1, end: at + 1 + first };
  const digits = bytes.subarray(at + 1, at + 1 + (first & 0x7f));
  // Two octets hold the length of every key that is read.
  if (digits.length === 0 || digits.length > 2 || digits.length < (first & 0x7f)) return null;
  const start = at + 1 + digits.length;
  return { start, end: start + digits.reduce((sum, byte) => sum * 256 + byte, 0) };
}
