import { cleanText, splitGraphemes } from "@keywarden/inventory";
import type { KeyPress } from "./key-press.ts";

/** An editable line; the caret counts characters as a reader sees them. */
export interface TextField {
  readonly value: string;
  readonly caret: number;
}

const longestText = 1024;

/** Makes a field with the caret at its end. */
export function makeTextField(value = ""): TextField {
  return { value, caret: splitGraphemes(value).length };
}

/** Puts text at the caret: control and invisible characters are dropped, line breaks become spaces. */
export function insertText(field: TextField, text: string): TextField {
  const characters = splitGraphemes(field.value);
  const added = splitGraphemes(cleanText(text)).slice(0, Math.max(0, longestText - characters.length));
  const value = characters.toSpliced(field.caret, 0, ...added).join("");
  return { value, caret: field.caret + added.length };
}

/** Edits a field with one key, or gives `undefined` for a key that is not an editing key. */
export function editTextField(field: TextField, press: KeyPress): TextField | undefined {
  const characters = splitGraphemes(field.value);
  const { caret } = field;
  const remove = (from: number, to: number): TextField => ({
    value: characters.toSpliced(from, to - from).join(""),
    caret: from,
  });
  switch (press.name) {
    case "left":
      return { ...field, caret: Math.max(0, caret - 1) };
    case "right":
      return { ...field, caret: Math.min(characters.length, caret + 1) };
    case "home":
    case "ctrl-a":
      return { ...field, caret: 0 };
    case "end":
    case "ctrl-e":
      return { ...field, caret: characters.length };
    case "backspace":
      return remove(Math.max(0, caret - 1), caret);
    case "delete":
      return remove(caret, Math.min(characters.length, caret + 1));
    case "ctrl-u":
      return remove(0, caret);
    case "ctrl-w": {
      const before = characters.slice(0, caret).join("").trimEnd();
      return remove(splitGraphemes(before.slice(0, before.lastIndexOf(" ") + 1)).length, caret);
    }
    default:
      return press.text === "" ? undefined : insertText(field, press.text);
  }
}
