import type { KeyPrefix } from "../match/key-prefix.ts";
import { collectDigits, decodeDigits, type DigitRun, longestLine, longestLineEnd } from "./digit-run.ts";
import { type DigitCode, hex } from "./digit-code.ts";
import { digitForms, shiftedForms } from "./forms/digit-forms.ts";
import type { AnchorForm } from "./forms/anchor-form.ts";
import { anchorsOf, formsOf, unwrappedFormsOf } from "./forms/anchor-forms.ts";
import { shortDigitAnchor } from "./forms/short-digits.ts";
import { readingOf } from "./decoded.ts";
import type { Reading, Decoder, DecoderOptions } from "./decoder.ts";

// A run that goes on is decoded in ever larger pieces, so that many hits in it cost one pass.
const growth = 8;
const mostDigits = 64 * 1024;

/**
 * Reads keys that are written in digits of this code, in every alignment, also wrapped at whole units.
 *
 * @param shifts whether keys of patterns alone are found in every alignment too, and not only where the digits begin
 */
export function makeDigitDecoder(code: DigitCode, options: DecoderOptions, shifts = false): Decoder {
  const { prefixes, search, charactersBefore, charactersAfter } = options;
  const digitsFor = (characters: number): number =>
    Math.ceil(((characters + code.unitBytes) * 8) / code.digitBits);
  const before = digitsFor(charactersBefore);
  const after = digitsFor(charactersAfter);

  const readRun = (bytes: Buffer, run: DigitRun, first: number, visit: (reading: Reading) => void): void => {
    const decoded = decodeDigits(code, bytes, run);
    const digitOf = (index: number): number => Math.floor((index * 8) / code.digitBits) - run.phase;
    search(decoded.bytes, (found: number, prefix: KeyPrefix) => {
      const digit = digitOf(found);
      if (digit < first || !isWhole(run, digit, after)) return;
      // A separator in front is a digit too, so a text that begins with a whole unit may begin behind one.
      const isOwnStart =
        found % code.unitBytes === 0 && separators.has(bytes[(run.offsets[digit] ?? 0) - 1] ?? 0);
      const from = isOwnStart ? found : found - charactersBefore;
      visit(readingOf(decoded, code.name, prefix, { found, from, to: found + charactersAfter }));
      const lineEnd = endOfLine(run, digit, digit + after);
      if (lineEnd === -1) return;
      const to = Math.floor(((run.phase + lineEnd) * code.digitBits) / 8);
      visit({ ...readingOf(decoded, code.name, prefix, { found, from, to }), isFallback: true });
    });
  };

  return {
    anchors: [
      ...anchorsOf(prefixes.map((prefix) => formsIn(code, prefix, shifts))),
      ...(shifts ? prefixes.filter(isShort).map(({ text }) => shortDigitAnchor(text)) : []),
    ],
    reachBytes: after + Math.ceil(after / code.unitDigits) * longestLineEnd + longestLine,
    read: (bytes, hits, visit) => {
      let run: DigitRun | null = null;
      let wanted = after;
      for (const { start, anchor } of hits) {
        if (run !== null && isExplained(code, run, start, anchor.phase, after)) continue;
        const goesOn: boolean = run !== null && run.isCut && start <= (run.offsets.at(-1) ?? 0);
        wanted = goesOn ? Math.min(mostDigits, wanted * growth) : after + code.unitDigits;
        run = collectDigits(code, bytes, { start, phase: anchor.phase }, { before, after: wanted });
        readRun(bytes, run, indexOf(run, start) - code.unitDigits, visit);
      }
    },
  };
}

const mostInHex = 4;

const isShort = ({ text, formats }: KeyPrefix): boolean => formats.length === 0 && text.length === 3;

// A pattern's own text is searched for unwrapped alone: there are hundreds of these.
function formsIn(code: DigitCode, prefix: KeyPrefix, shifts: boolean): readonly AnchorForm[] {
  const { text, formats } = prefix;
  if (formats.length > 0) return formsOf(text)[code.name];
  // Many begin alike, and what follows is decoded.
  if (code === hex) return digitForms(hex, text.slice(0, mostInHex));
  if (shifts && isShort(prefix)) return [];
  return [...unwrappedFormsOf(code, text), ...(shifts ? shiftedForms(code, text) : [])];
}

const separators = new Set(Array.from("+/-_", (character) => character.charCodeAt(0)));

/** Whether all that can belong to a key at this digit is in the run. */
function isWhole(run: DigitRun, digit: number, after: number): boolean {
  return !run.isCut || digit + after <= run.offsets.length;
}

function isExplained(code: DigitCode, run: DigitRun, start: number, phase: number, after: number): boolean {
  const digit = indexOf(run, start);
  return digit !== -1 && (run.phase + digit) % code.unitDigits === phase && isWhole(run, digit, after);
}

function indexOf({ offsets }: DigitRun, offset: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = offsets[middle] ?? 0;
    if (value === offset) return middle;
    if (value < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function endOfLine({ offsets }: DigitRun, from: number, to: number): number {
  for (let digit = Math.max(1, from + 1); digit < Math.min(to, offsets.length); digit += 1) {
    if ((offsets[digit] ?? 0) > (offsets[digit - 1] ?? 0) + 1) return digit;
  }
  return -1;
}
