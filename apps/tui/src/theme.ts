/* Rows are painted as one string each, because one Ink element per cell makes a keystroke two to three times slower. */

const codes = {
  plain: "",
  dim: "2",
  bold: "1",
  accent: "36",
  good: "32",
  warning: "33",
  danger: "31;1",
  production: "35;1",
  selected: "7",
  badge: "7;1",
} as const;

/** What a piece of text means; the terminal's own sixteen colours decide how it looks. */
export type Tone = keyof typeof codes;

/** Wraps text in the escape codes of a tone. The text must have been cleaned before. */
export type Paint = (tone: Tone, text: string) => string;

/** Makes the painter; without colour it returns every text unchanged, so no meaning may rest on a tone alone. */
export function makePaint(hasColour: boolean): Paint {
  return (tone, text) => {
    const code = codes[tone];
    return !hasColour || code === "" || text === "" ? text : `\u001B[${code}m${text}\u001B[0m`;
  };
}
