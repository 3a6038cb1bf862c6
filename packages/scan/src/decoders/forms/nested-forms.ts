import type { Anchor } from "../decoder.ts";
import type { AnchorForm } from "./anchor-form.ts";
import { base64 } from "../digit-code.ts";
import { digitForms } from "./digit-forms.ts";

const isUnwrapped = ([text]: AnchorForm): boolean => !/[\n\\]/.test(text);

// Verifying a longer anchor would tell nothing that decoding does not.
const longestAnchor = 16;

const encodeForms = (text: string): readonly AnchorForm[] =>
  digitForms(base64, text)
    .filter(isUnwrapped)
    .map(([digits, phase]) => [digits.slice(0, longestAnchor), phase]);

/** Derives what a prefix looks like in base64 of base64, without line ends. */
export function twiceForms(prefix: string): readonly AnchorForm[] {
  const inner = digitForms(base64, prefix).filter(isUnwrapped);
  return [...new Set(inner.map(([text]) => text))].flatMap(encodeForms);
}

// What eight digits cannot tell apart, decoding does: there are hundreds of prefixes, and many begin alike.
const looseAnchor = 8;

/** Derives the same of a text that leads to patterns, where it begins the text that was encoded: elsewhere it costs too much. */
export function looseTwiceForms(text: string): readonly AnchorForm[] {
  const inner = base64Of(text).slice(0, Math.floor((8 * text.length) / base64.digitBits));
  return [0, 1, 2].map((before): AnchorForm => {
    const first = Math.ceil((8 * before) / base64.digitBits);
    const last = Math.floor((8 * (before + inner.length)) / base64.digitBits);
    const digits = base64Of(`${"\0".repeat(before)}${inner}\0\0\0`);
    return [digits.slice(first, Math.min(last, first + looseAnchor)), first % base64.unitDigits];
  });
}

const base64Of = (text: string): string => Buffer.from(text, "latin1").toString("base64");

/**
 * Lists the units of base64 of UTF-16 that hold one character of ASCII between two zeros: of three characters one is such.
 * They count only before more of the same.
 */
export function looseWideAnchors(): readonly Anchor[] {
  const codes = Array.from({ length: 0x7b - 0x30 }, (_, index) => 0x30 + index);
  const texts = codes
    .filter((code) => /[0-9A-Za-z_]/.test(String.fromCharCode(code)))
    .map((code) => Buffer.from([0, code, 0]).toString("base64"));
  return texts.map((text) => ({ text, prefix: null, phase: 0, suits: isWide }));
}

// One character with a zero on both sides, and two with a zero between them: of a digit only some bits can be set.
const digits = Array.from({ length: 64 }, (_, value) => base64Of(String.fromCharCode(value << 2)).charAt(0));
const everyFourth = digits.filter((_, value) => value % 4 === 0).join("");
const wideUnits = new RegExp(`^(?:A[C-H][${everyFourth}]A[0-9A-Za-z+/_-][AQgw][AB][0-9A-Za-z+/_-]){2}`);

const isWide = (bytes: Uint8Array, start: number): boolean =>
  wideUnits.test(String.fromCharCode(...bytes.subarray(start, start + 16)));

/** Derives what a prefix looks like in base64 of UTF-16, as PowerShell takes commands. */
export function wideForms(prefix: string): readonly AnchorForm[] {
  return encodeForms(Array.from(prefix).join("\0"));
}
