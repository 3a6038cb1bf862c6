import { alphabetCharacters } from "../alphabet.ts";
import { crc32 } from "../crc32.ts";

/** A checksum in the last characters of a key, as data (key-formats.md §14.4). */
export interface PatternChecksum {
  readonly algorithm: "crc32" | "crc16-xmodem" | "bech32";
  /** How a CRC-32 is written; the other algorithms bring their own. */
  readonly encoding?: "base62" | "base36" | "hex" | "hex-upper" | "base64";
  readonly order?: "big" | "little";
  /** How many characters it has. */
  readonly digits: number;
  /** What is covered: all that stands before it, or what stands between the prefix and it. */
  readonly covers: "all" | "body";
  /** Text directly before it that is not covered. */
  readonly separator?: string;
  /** Whether it was right in two real keys or more; only then does a wrong one speak against a key. */
  readonly confirmed: boolean;
}

/** Says whether the checksum of a key is right. */
export function isChecksumRight(rule: PatternChecksum, text: string, prefix: string): boolean {
  if (rule.algorithm === "bech32") return isBech32(text);
  if (rule.algorithm === "crc16-xmodem") return isNkey(text);
  const found = text.slice(-rule.digits);
  const before = text.slice(rule.covers === "body" ? prefix.length : 0, -rule.digits);
  const { separator = "" } = rule;
  if (!before.endsWith(separator)) return false;
  const covered = before.slice(0, before.length - separator.length);
  return found === writeCrc(crc32(covered), rule);
}

/** Gives the checksum characters for text that ends where they begin. */
export function checksumFor(rule: PatternChecksum, before: string, prefix: string): string {
  const { separator = "" } = rule;
  const covered = before.slice(rule.covers === "body" ? prefix.length : 0, before.length - separator.length);
  return writeCrc(crc32(covered), rule);
}

function writeCrc(value: number, { encoding = "hex", order = "big", digits }: PatternChecksum): string {
  const bytes = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  if (order === "little") bytes.reverse();
  if (encoding === "base64") return btoa(String.fromCharCode(...bytes)).slice(0, digits);
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (encoding === "base62") return writeDigits(number, alphabetCharacters("base62"), digits);
  const text = number.toString(encoding === "base36" ? 36 : 16).padStart(digits, "0");
  return encoding === "hex-upper" ? text.toUpperCase() : text;
}

function writeDigits(value: number, characters: string, digits: number): string {
  let text = "";
  for (let rest = value, digit = 0; digit < digits; digit += 1) {
    text = characters.charAt(rest % characters.length) + text;
    rest = Math.floor(rest / characters.length);
  }
  return text;
}

const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

// BIP 173; age writes its identities so, in capitals.
function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  const cut = lower.lastIndexOf("1");
  if (cut < 1 || (text !== lower && text !== text.toUpperCase())) return false;
  const values = Array.from(lower.slice(cut + 1), (character) => bech32Digits.indexOf(character));
  if (values.includes(-1)) return false;
  const name = Array.from(lower.slice(0, cut), (character) => character.charCodeAt(0));
  const all = [...name.map((code) => code >> 5), 0, ...name.map((code) => code & 31), ...values];
  return polymod(all) === 1;
}

function polymod(values: readonly number[]): number {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of generators.entries()) if (((top >>> bit) & 1) === 1) sum ^= generator;
  }
  return sum;
}

// Base32 of bytes that end in the CRC-16 (XMODEM) of the others, the lower byte first, as NATS has it.
function isNkey(text: string): boolean {
  const bytes = decodeBase32(text);
  if (bytes === null || bytes.length < 3) return false;
  let crc = 0;
  for (const byte of bytes.slice(0, -2)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return bytes.at(-2) === (crc & 0xff) && bytes.at(-1) === crc >>> 8;
}

/** Decodes base32 without padding; `null` where a character is none of it. */
export function decodeBase32(text: string): readonly number[] | null {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const character of text) {
    const value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character);
    if (value === -1) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >>> bits) & 0xff);
  }
  return bytes;
}
