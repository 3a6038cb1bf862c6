/* Rows are painted as one string each, because one Ink element per cell makes a keystroke two to three times slower. */

/** Each tone as the numbers of an SGR sequence. */
export type Theme = Readonly<Record<ThemeTone, string>>;

/** What a piece of text means; a theme decides how it looks. */
export type ThemeTone =
  | "plain"
  | "dim"
  | "bold"
  | "accent"
  | "good"
  | "warning"
  | "danger"
  | "production"
  | "selected"
  | "badge";

// Red is for what to do now, and for nothing else.
const calm: Theme = {
  plain: "",
  dim: "2",
  bold: "1",
  accent: "36",
  good: "32",
  warning: "33",
  danger: "31;1",
  production: "35",
  selected: "7",
  badge: "7;1",
};

/** The themes that the program comes with; all but the last two keep to the terminal's own sixteen colours. */
export const themes: Readonly<Record<string, Theme>> = {
  calm,
  // Dim text on white is hard to read, and so is yellow.
  light: { ...calm, dim: "90", accent: "34", warning: "35", production: "1;34" },
  contrast: { ...calm, dim: "", accent: "1;36", good: "1;32", warning: "1;33", production: "1;35" },
  dark: { ...calm, dim: "38;5;245", accent: "38;5;80", good: "38;5;114", warning: "38;5;179" },
  plain: { ...calm, accent: "1", good: "", warning: "1", danger: "1;4", production: "4" },
};

/** Wraps text in the escape codes of a tone. The text must have been cleaned before. */
export type Paint = (tone: ThemeTone, text: string) => string;

/** Makes the painter; without colour it returns every text unchanged, so no meaning may rest on a tone alone. */
export function makePaint(hasColour: boolean, theme: Theme = calm): Paint {
  return (tone, text) => {
    const code = theme[tone];
    return !hasColour || code === "" || text === "" ? text : `\u001B[${code}m${text}\u001B[0m`;
  };
}
