import type { RandomBytes } from "@keywarden/key-format";

/** Writes a session's mark so that no two pages have the same text for it. */
export function maskMark(mark: string, randomBytes: RandomBytes): string {
  const text = Buffer.from(mark);
  const pad = Buffer.from(randomBytes(text.length));
  return Buffer.concat([pad, xor(pad, text)]).toString("base64url");
}

/** Reads the mark back; what was not written by {@link maskMark} gives some other text. */
export function unmaskMark(masked: string): string {
  const bytes = Buffer.from(masked, "base64url");
  const half = Math.floor(bytes.length / 2);
  return xor(bytes.subarray(0, half), bytes.subarray(half)).toString();
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));
}
