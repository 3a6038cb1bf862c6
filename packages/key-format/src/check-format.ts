import { findForeignCharacter } from "./alphabet.ts";
import { expectedChecksum } from "./checksum.ts";
import type { KeyFormat } from "./profile.ts";

/** Why a body is not one of a format. */
export type FormatMismatch = "foreign-character" | "too-short" | "too-long" | "checksum";

/** What keeps a body from being one of this format: the characters are asked first, then the length, then the checksum (key-formats.md §7.3); `null` when nothing does. */
export function checkFormat(
  format: KeyFormat,
  body: string,
): { reason: FormatMismatch; message: string; distance: number } | null {
  const foreign = findForeignCharacter(body, format.body.alphabet);
  if (foreign !== -1) {
    const message = `character ${foreign + 1} after ${format.prefix} is not ${format.body.alphabet}`;
    return { reason: "foreign-character", message, distance: 1_000 };
  }
  const { min, max } = lengthRange(format);
  if (body.length < min || body.length > max) {
    const short = body.length < min;
    const distance = short ? min - body.length : body.length - max;
    return { reason: short ? "too-short" : "too-long", message: explainLength(format, body), distance };
  }
  const checksum = expectedChecksum(format, body);
  if (checksum !== undefined && !body.endsWith(checksum)) {
    return { reason: "checksum", message: "the last 6 characters are not its checksum", distance: 0 };
  }
  return null;
}

/** The least and the greatest number of body characters; equal where the length is exact. */
export function lengthRange(format: KeyFormat): { min: number; max: number } {
  const { length } = format.body;
  return typeof length === "number" ? { min: length, max: length } : length;
}

function explainLength(format: KeyFormat, body: string): string {
  const { min, max } = lengthRange(format);
  const whole = format.prefix.length + body.length;
  if (min === max) return `${whole} of ${format.prefix.length + min} characters`;
  return body.length < min
    ? `${whole} characters, at least ${format.prefix.length + min} are needed`
    : `${whole} characters, at most ${format.prefix.length + max} are allowed`;
}
