import { alphabetCharacters } from "./alphabet.ts";
import type { KeyFormat } from "./profile.ts";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xed_b8_83_20 : value >>> 1;
  return value;
});

/** Gives the CRC-32 (IEEE 802.3, reflected, as in zlib) of ASCII text. */
export function crc32(text: string): number {
  let value = 0xff_ff_ff_ff;
  for (let index = 0; index < text.length; index += 1) {
    value = (table[(value ^ text.charCodeAt(index)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xff_ff_ff_ff) >>> 0;
}

/** Gives the six checksum characters of a payload: its CRC-32 in base62, most significant digit first, padded on the left with `0` (key-formats.md §4). */
export function checksumOf(payload: string): string {
  const digits = alphabetCharacters("base62");
  let rest = crc32(payload);
  let text = "";
  for (let place = 0; place < 6; place += 1) {
    text = digits.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Gives the checksum that a key of this format must end with, from its body without or with checksum characters; `undefined` for a format without one. */
export function expectedChecksum(format: KeyFormat, body: string): string | undefined {
  if (format.checksum === undefined) return undefined;
  const random = body.slice(0, Math.max(0, body.length - format.checksum.length));
  return checksumOf(format.checksum.covers === "body" ? random : format.prefix + random);
}
