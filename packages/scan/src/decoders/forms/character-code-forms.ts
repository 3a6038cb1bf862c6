import type { AnchorForm } from "./anchor-form.ts";

const longestAnchor = 16;

/** Derives what a prefix looks like as numbers with commas between them, decimal or hexadecimal. */
export function characterCodeForms(prefix: string): readonly AnchorForm[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  const hex = codes.map((code) => code.toString(16));
  const written = [
    codes.map(String),
    hex.map((digits) => `0x${digits}`),
    hex.map((digits) => `0x${digits.toUpperCase()}`),
  ];
  return written.flatMap((numbers) =>
    [",", ", "].map((comma): AnchorForm => [numbers.join(comma).slice(0, longestAnchor), 0]),
  );
}
