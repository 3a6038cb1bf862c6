import stringWidth from "string-width";
import { plainWidth } from "./plain-width.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const plain = /^[\u0020-\u007E]*$/;

/** Says how many terminal cells a text takes. */
export function textWidth(text: string): number {
  return plainWidth(text) ?? stringWidth(text);
}

/** Splits a text into what a reader sees as characters. */
export function splitGraphemes(text: string): readonly string[] {
  return plain.test(text) ? text.split("") : Array.from(graphemes.segment(text), (part) => part.segment);
}

/** Shortens a text to at most `width` cells, with an ellipsis where something was cut. */
export function truncateText(text: string, width: number): string {
  if (width <= 0) return "";
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const grapheme of splitGraphemes(text)) {
    const cells = textWidth(grapheme);
    if (used + cells > width - 1) break;
    kept += grapheme;
    used += cells;
  }
  return `${kept}…`;
}

/** Gives exactly `width` cells: shortened where too long, padded with spaces where too short. */
export function fitText(text: string, width: number, align: "left" | "right" = "left"): string {
  const short = truncateText(text, width);
  const padding = " ".repeat(Math.max(0, width - textWidth(short)));
  return align === "left" ? short + padding : padding + short;
}

/** Pads a text with spaces to at least `width` cells. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
