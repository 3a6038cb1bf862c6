import type { AnchorForm } from "./anchor-form.ts";

const shortestHalf = 4;

/**
 * Derives what half a prefix looks like in the columns of a dump, with a space behind every byte or every second one. A line
 * of a dump ends anywhere in a key, so only one half of a prefix is certain to stand on one line.
 */
export function hexdumpForms(prefix: string): readonly AnchorForm[] {
  const half = prefix.length >= 2 * shortestHalf ? Math.floor(prefix.length / 2) : prefix.length;
  const halves = half === prefix.length ? [prefix] : [prefix.slice(0, half), prefix.slice(half)];
  return halves.flatMap((text) => {
    const pairs = Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, "0"));
    const columns = [
      pairs.join(" "),
      pairs
        .map((pair, index) => (index % 2 === 0 ? pair : `${pair} `))
        .join("")
        .trim(),
      pairs
        .map((pair, index) => (index % 2 === 0 ? `${pair} ` : pair))
        .join("")
        .trim(),
    ];
    return columns.map((one): AnchorForm => [one, 0]);
  });
}
