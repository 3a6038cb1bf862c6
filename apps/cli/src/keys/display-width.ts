const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Counts the columns that a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u024f\u2026]*$/.test(text)) return text.length;
  let width = 0;
  for (const letter of text) width += /\p{M}/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1;
  return width;
}

/** Cuts a text to so many columns, with `…` at the end of what is cut. */
export function fitWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 1;
  let kept = "";
  for (const letter of text) {
    width += displayWidth(letter);
    if (width > columns) break;
    kept += letter;
  }
  return `${kept}…`;
}

export function padWidth(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}
