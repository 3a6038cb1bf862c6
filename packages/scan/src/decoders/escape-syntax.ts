import type { EncodingName } from "./decoder.ts";

/** A way to write a character by its number. */
export interface EscapeSyntax {
  readonly name: EncodingName;
  /** The byte with which every escape starts. */
  readonly lead: number;
  /** Matches one escape at `lastIndex`; the first group that takes part holds the number, `base` says in which base. */
  readonly pattern: RegExp;
  readonly bases: readonly number[];
  /** The ways to write one character, for encoders that leave letters and digits alone. */
  spell(code: number): readonly string[];
  /** How many of these are also the ways of encoders that leave nothing alone. */
  readonly waysToSpellAll: number;
}

/** The longest escape of any syntax, in bytes. */
export const longestEscape = 24;

const hexOf = (code: number, digits = 2): string => code.toString(16).padStart(digits, "0");

/** Writes a number in both cases of hexadecimal digits. */
const inBothCases = (write: (hex: (digits?: number) => string) => readonly string[], code: number) => [
  ...write((digits) => hexOf(code, digits)),
  ...write((digits) => hexOf(code, digits).toUpperCase()),
];

// Encoders stack up, most often by two: a percent sign, a backslash or an ampersand is then escaped once more.
const percent: EscapeSyntax = {
  name: "percent-encoded",
  lead: 0x25,
  pattern: /%(?:25){0,2}([0-9A-Fa-f]{2})/y,
  bases: [16],
  spell: (code) => [
    ...inBothCases((hex) => [`%${hex()}`], code),
    ...inBothCases((hex) => [`%25${hex()}`], code),
  ],
  waysToSpellAll: 2,
};

const underscore = 0x5f;

// Stands for the character itself, where others have the base of its number.
const itself = -1;

const backslash: EscapeSyntax = {
  name: "backslash-escaped",
  lead: 0x5c,
  pattern:
    /\\{1,4}(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|([_-]))/y,
  bases: [16, 16, 16, 16, 8, itself],
  spell: (code) => [
    ...inBothCases((hex) => [`\\x${hex()}`, `\\u${hex(4)}`], code),
    `\\${code.toString(8).padStart(3, "0")}`,
    ...inBothCases((hex) => [`\\\\u${hex(4)}`, `\\u{${hex()}}`], code),
    // As Markdown and LaTeX write it.
    ...(code === underscore ? ["\\_"] : []),
  ],
  waysToSpellAll: 5,
};

const namedCharacters: ReadonlyMap<string, number> = new Map([
  ["lowbar", 0x5f],
  ["UnderBar", 0x5f],
]);

const html: EscapeSyntax = {
  name: "html-entities",
  lead: 0x26,
  pattern: /&(?:amp;){0,2}(?:#0{0,4}([0-9]{1,4});|#[xX]0{0,4}([0-9A-Fa-f]{1,4});|(lowbar|UnderBar);)/y,
  bases: [10, 16, 0],
  spell: (code) => [
    `&#${code};`,
    ...inBothCases((hex) => [`&#x${hex()};`], code),
    `&amp;#${code};`,
    ...Array.from(namedCharacters).flatMap(([name, named]) => (named === code ? [`&${name};`] : [])),
  ],
  waysToSpellAll: 3,
};

/** Every syntax whose escapes are decoded; none of their leads stands inside an escape. */
export const escapeSyntaxes: readonly EscapeSyntax[] = [percent, backslash, html];

/** An escape in text: the character that it stands for, and its size in bytes. */
export interface Escape {
  readonly syntax: EscapeSyntax;
  readonly code: number;
  readonly size: number;
}

/** Reads the escape that stands in the text (one character a byte) at `at`, if one does. */
export function readEscape(text: string, at: number): Escape | null {
  const lead = text.charCodeAt(at);
  const syntax = escapeSyntaxes.find((candidate) => candidate.lead === lead);
  if (syntax === undefined) return null;
  syntax.pattern.lastIndex = at;
  const match = syntax.pattern.exec(text);
  if (match === null) return null;
  for (const [index, base] of syntax.bases.entries()) {
    const digits = match[index + 1];
    if (digits === undefined) continue;
    const code =
      base === itself
        ? digits.charCodeAt(0)
        : base === 0
          ? namedCharacters.get(digits)
          : Number.parseInt(digits, base);
    return code === undefined ? null : { syntax, code, size: match[0].length };
  }
  return null;
}
