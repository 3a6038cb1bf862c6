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

/** Derives what a prefix looks like in base64 of UTF-16, as PowerShell takes commands. */
export function wideForms(prefix: string): readonly AnchorForm[] {
  return encodeForms(Array.from(prefix).join("\0"));
}
