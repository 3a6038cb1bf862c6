import type { Key } from "ink";
import { splitGraphemes } from "@keywarden/inventory";

/** One key as the keymap names it: `j`, `G`, `up`, `enter`, `ctrl-d`. */
export interface KeyPress {
  readonly name: string;
  /** What a text field would insert; empty for keys that are not text. */
  readonly text: string;
  /** Did it arrive glued to other keys? A terminal without bracketed paste delivers a paste like this. */
  readonly isBurst: boolean;
}

const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageDown", "pagedown"],
  ["pageUp", "pageup"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
] as const satisfies readonly (readonly [keyof Key, string])[];

const names: ReadonlySet<string> = new Set(["space", ...named.map(([, name]) => name)]);

/** Whether a key can ever have this name. */
export function isKeyName(text: string): boolean {
  const [, held, name = text] = /^(ctrl|alt)-(.+)$/u.exec(text) ?? [];
  if (names.has(name)) return held !== "alt" || name !== "space";
  // A terminal sends the same for ctrl with and without shift.
  if (held === "ctrl") return /^[a-z\\\]^_]$/.test(name);
  return splitGraphemes(name).length === 1 && !/[\p{Cc}\s]/u.test(name);
}

function pressFromGrapheme(grapheme: string, isBurst: boolean): KeyPress | undefined {
  if (grapheme === "\r" || grapheme === "\n" || grapheme === "\r\n")
    return { name: "enter", text: "", isBurst };
  if (grapheme === "\t") return { name: "tab", text: "", isBurst };
  if (grapheme === " ") return { name: "space", text: " ", isBurst };
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20) return { name: `ctrl-${String.fromCodePoint(code + 0x60)}`, text: "", isBurst };
  if (code === 0x7f) return { name: "backspace", text: "", isBurst };
  return { name: grapheme, text: grapheme, isBurst };
}

/** Turns what Ink reports for one chunk of input into single keys: `"jj"` arrives as one string. */
export function pressesFrom(input: string, key: Partial<Key>): readonly KeyPress[] {
  if (key.eventType === "release") return [];
  const special = named.find(([flag]) => key[flag] === true);
  const held = key.ctrl === true ? "ctrl-" : key.meta === true ? "alt-" : "";
  // Ink says of a lone escape, too, that alt is held.
  if (special?.[1] === "escape") return [{ name: "escape", text: "", isBurst: false }];
  if (special !== undefined) return [{ name: held + special[1], text: "", isBurst: false }];
  if (held !== "") return [{ name: held + (input === " " ? "space" : input), text: "", isBurst: false }];
  const graphemes = splitGraphemes(input);
  return graphemes.flatMap((grapheme) => pressFromGrapheme(grapheme, graphemes.length > 1) ?? []);
}
