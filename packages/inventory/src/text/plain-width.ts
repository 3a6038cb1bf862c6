// ASCII, and the signs of our own screens that stand beside it: dashes, dots, arrows, rules and bars, one cell each.
const plain = /^[ -~·×–—•…→−─│▁-█▏▲▼░]*$/;

/**
 * Counts the cells of text that is made of plain signs alone, a cell each; null for any other text. Measuring one character
 * after the other, as other scripts need it, takes most of the time that a screen is drawn in.
 */
export function plainWidth(text: string): number | null {
  return plain.test(text) ? text.length : null;
}
