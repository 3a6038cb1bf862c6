import type { AnchorForm } from "./anchor-form.ts";
import type { DigitCode } from "../digit-code.ts";

// Also as a line end stands inside a JSON string.
const lineEnds = ["\n", "\r\n", "\\n"];

/**
 * Derives the digits of a text that begins with a prefix, as secrets of Kubernetes have them; without line ends. A short
 * prefix leaves few digits of its own: the upper half of the letter or digit behind it makes them one more.
 */
export function unwrappedForms(code: DigitCode, prefix: string): readonly AnchorForm[] {
  if (prefix.length >= longPrefix)
    return code
      .spell(Buffer.from(prefix, "latin1"))
      .map((text) => [wholeDigits(code, prefix.length * 8, text), 0]);
  const texts = ["0", "A", "P", "a", "p"].flatMap((next) =>
    code
      .spell(Buffer.from(prefix + next, "latin1"))
      .map((text) => wholeDigits(code, prefix.length * 8 + 4, text)),
  );
  return [...new Set(texts)].map((text) => [text, 0]);
}

/**
 * Derives the digits of a text that stands behind others, for every position in a unit but the first; without line ends.
 * Digits that depend on what stands in front are left out.
 */
export function shiftedForms(code: DigitCode, prefix: string): readonly AnchorForm[] {
  const following = prefix.length >= longPrefix ? [""] : ["0", "A", "P", "a", "p"];
  const forms: AnchorForm[] = [];
  for (let before = 1; before < code.unitBytes; before += 1) {
    const first = Math.ceil((8 * before) / code.digitBits);
    for (const next of following) {
      const bits = 8 * (before + prefix.length) + (next === "" ? 0 : 4);
      const padded = Buffer.alloc(before + prefix.length + 1 + code.unitBytes);
      padded.write(prefix + next, before, "latin1");
      for (const spelling of code.spell(padded))
        forms.push([spelling.slice(first, Math.floor(bits / code.digitBits)), first % code.unitDigits]);
    }
  }
  return forms;
}

const longPrefix = 6;

const wholeDigits = (code: DigitCode, bits: number, text: string): string =>
  text.slice(0, Math.floor(bits / code.digitBits));

/**
 * Derives what a prefix looks like in digits: for every position in a unit at which it can begin, the digits that
 * depend on nothing but the prefix; and the same with a line end wherever wrapped text can have one.
 */
export function digitForms(code: DigitCode, prefix: string): readonly AnchorForm[] {
  const forms: AnchorForm[] = [];
  const bytes = Buffer.from(prefix, "latin1");
  for (let before = 0; before < code.unitBytes; before += 1) {
    const first = Math.ceil((8 * before) / code.digitBits);
    const last = Math.floor((8 * (before + bytes.length)) / code.digitBits);
    const padded = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(code.unitBytes)]);
    for (const spelling of code.spell(padded)) {
      const text = spelling.slice(first, last);
      const phase = first % code.unitDigits;
      forms.push([text, phase]);
      // Hexadecimal digits are rarely wrapped, and a line end within a prefix is not worth the time of every scan.
      if (code.unitDigits === 2) continue;
      for (let cut = 1; cut < text.length; cut += 1) {
        if ((first + cut) % code.unitDigits !== 0) continue;
        for (const end of lineEnds) forms.push([text.slice(0, cut) + end + text.slice(cut), phase]);
      }
    }
  }
  return forms;
}
