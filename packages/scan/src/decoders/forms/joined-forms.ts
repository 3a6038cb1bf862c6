import type { AnchorForm } from "./anchor-form.ts";

const quotes = ['"', "'", "`"];
// How a joint goes on behind the closing quote, as far as it takes to tell it from the end of a string.
const connectors = [
  ...["+", ".", "&", "|", "<"].map((operator) => ` ${operator}`),
  ...["+", "."].flatMap((operator) => [`${operator}"`, `${operator}'`, `${operator} `]),
  "+\n",
  "+`",
  ' "',
  " '",
  " \\",
  "\r\n",
  "\n ",
  "\n\t",
  '\n"',
  "\n'",
  "  ",
  // Comments.
  " /",
  "//",
  "/*",
  "+/",
  " #",
  " -",
];

// In UTF-8, one character a byte: the zero-width space, the byte order mark, the soft hyphen.
const invisible = ["\u00e2\u0080\u008b", "\u00ef\u00bb\u00bf", "\u00c2\u00ad"];

/** Derives what a prefix looks like that goes on in the next string literal or line behind one of its words. */
export function joinedForms(prefix: string): readonly AnchorForm[] {
  const forms: AnchorForm[] = [];
  for (let cut = 1; cut < prefix.length; cut += 1) {
    if (/[0-9A-Za-z]/.test(prefix.charAt(cut - 1))) continue;
    for (const end of ["\\\n", "\\\r\n", "=\n", "=\r\n", ...invisible])
      forms.push([prefix.slice(0, cut) + end + prefix.slice(cut), 0]);
    for (const quote of quotes) {
      for (const connector of [...connectors, quote + prefix.charAt(cut)]) {
        forms.push([quote + prefix.slice(0, cut) + quote + connector, 1]);
      }
    }
  }
  return forms;
}
