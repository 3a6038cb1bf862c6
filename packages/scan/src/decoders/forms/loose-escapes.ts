import { isWordByte } from "../../match/boundary.ts";
import type { Anchor } from "../decoder.ts";
import { escapeSyntaxes } from "../escape-syntax.ts";
import { anchorsOf } from "./anchor-forms.ts";
import { escapedForms } from "./escaped-forms.ts";

// What parts the words of a prefix or a body, and is no letter or digit that encoders leave alone.
const separators = "_-.";
const alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Lists what shows that one of these prefixes may stand there in escapes: an escape of a separator, whichever prefix it
 * parts, and longer prefixes without one as a whole.
 */
export function looseEscapes(prefixes: readonly string[]): readonly Anchor[] {
  const escapes = Array.from(separators).flatMap((separator) =>
    escapeSyntaxes.flatMap((syntax) => syntax.spell(separator.charCodeAt(0))),
  );
  const long = escapes.filter((escape) => escape.length > 2);
  const texts = long.filter((escape) => !long.some((other) => other !== escape && escape.includes(other)));
  const whole = prefixes.filter((prefix) => /^[0-9A-Za-z]{4,}$/.test(prefix)).map(escapedForms);
  // A backslash in front of a separator, as Markdown and LaTeX have it, is short: it counts only within a word.
  const inWords = Array.from(alphanumerics, (before): Anchor => {
    return { text: `${before}\\_`, prefix: null, phase: 0, suits: isWithinWord };
  });
  const parting = texts.map((text): Anchor => ({ text, prefix: null, phase: 0, suits: isWithinWord }));
  return [...parting, ...anchorsOf(whole), ...inWords];
}

const fewestInWord = 16;
const farthest = 48;

// A name in a page has such separators too; no key is as short, and hardly one has letters of one case alone.
function isWithinWord(bytes: Uint8Array, start: number): boolean {
  let from = start + 1;
  while (from > start - farthest && isWordPart(bytes[from - 1])) from -= 1;
  let to = start + 2;
  while (to < start + farthest && isWordPart(bytes[to])) to += 1;
  if (to - from < fewestInWord) return false;
  const word = String.fromCharCode(...bytes.subarray(from, to));
  return /[0-9]/.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word));
}

const isWordPart = (byte: number | undefined): boolean =>
  isWordByte(byte) || (byte !== undefined && otherParts.has(byte));
const otherParts = new Set(Array.from("\\\\.$%&#;{}", (character) => character.charCodeAt(0)));
