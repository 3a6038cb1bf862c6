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

const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);

function wordBefore(characters: readonly string[], caret: number): number {
  let at = caret;
  while (at > 0 && isSpace(characters[at - 1])) at -= 1;
  while (at > 0 && !isSpace(characters[at - 1])) at -= 1;
  return at;
}

function wordAfter(characters: readonly string[], caret: number): number {
  let at = caret;
  while (at < characters.length && isSpace(characters[at])) at += 1;
  while (at < characters.length && !isSpace(characters[at])) at += 1;
  return at;
}

/** Edits a field with one key, or gives `undefined` for a key that is not an editing key. */
export function editTextField(field: TextField, press: KeyPress): TextField | undefined {
  const characters = splitGraphemes(field.value);
  const { caret } = field;
  const to = (position: number): TextField => ({
    ...field,
    caret: Math.max(0, Math.min(characters.length, position)),
  });
  const remove = (from: number, until: number): TextField => ({
    value: characters.toSpliced(from, until - from).join(""),
    caret: from,
  });
  switch (press.name) {
    case "left":
    case "ctrl-b":
      return to(caret - 1);
    case "right":
    case "ctrl-f":
      return to(caret + 1);
    case "alt-b":
    case "ctrl-left":
    case "alt-left":
      return to(wordBefore(characters, caret));
    case "alt-f":
    case "ctrl-right":
    case "alt-right":
      return to(wordAfter(characters, caret));
    case "home":
    case "ctrl-a":
      return to(0);
    case "end":
    case "ctrl-e":
      return to(characters.length);
    case "backspace":
      return remove(Math.max(0, caret - 1), caret);
    case "delete":
    case "ctrl-d":
      return remove(caret, Math.min(characters.length, caret + 1));
    case "ctrl-u":
      return remove(0, caret);
    case "ctrl-k":
      return remove(caret, characters.length);
    case "ctrl-w":
    case "alt-backspace":
      return remove(wordBefore(characters, caret), caret);
    case "alt-d":
      return remove(caret, wordAfter(characters, caret));
    default:
      return press.text === "" ? undefined : insertText(field, press.text);
  }
}
