import { alphabetCharacters } from "./alphabet.ts";
import { crc32 } from "./crc32.ts";
import type { KeyFormat } from "./profile.ts";

/** Gives the six checksum characters of a payload: its CRC-32 in base62, most significant digit first, padded on the left with `0` (key-formats.md §4). */
export function checksumOf(payload: string): string {
  const digits = alphabetCharacters("base62");
  let rest = crc32(payload);
  let text = "";
  for (let digit = 0; digit < 6; digit += 1) {
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
