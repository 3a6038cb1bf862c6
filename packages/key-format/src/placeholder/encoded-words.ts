import { alphabetCharacters } from "../alphabet.ts";

const leastLetters = 12;
const leastShare = 0.75;

/**
 * Whether three quarters of a body are base64 of small letters, spaces, hyphens and underscores, 12 or more in a row,
 * whatever character of it they begin at, as in base64 of `foundation_test`.
 *
 * Of 256 bytes 29 are such, so that this has a chance of 4·10⁻¹² at one offset of a random body. Linear in the body.
 */
export function isEncodedWords(body: string): boolean {
  const least = Math.max(leastLetters, Math.ceil((body.length * leastShare * 6) / 8));
  const digits = Uint8Array.from(body, digitOf);
  for (let lead = 0; lead < 4; lead += 1) {
    let run = 0;
    for (let bit = 0; lead + Math.floor(bit / 6) + 1 < digits.length; bit += 8) {
      const at = lead + Math.floor(bit / 6);
      const [high = none, low = none] = [digits[at], digits[at + 1]];
      const isRead = high !== none && low !== none;
      run = isRead && isWordByte((((high << 6) | low) >> (4 - (bit % 6))) & 0xff) ? run + 1 : 0;
      if (run >= least) return true;
    }
  }
  return false;
}

const none = 0xff;
const digits64 = alphabetCharacters("base64url");

function digitOf(character: string): number {
  const plain = { "+": 62, "/": 63 }[character];
  const digit = plain ?? digits64.indexOf(character);
  return digit === -1 ? none : digit;
}

const isWordByte = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || byte === 0x20 || byte === 0x2d || byte === 0x5f;
