import { splitGraphemes } from "@keywarden/inventory";
import type { TextField } from "../input/text-field.ts";
import type { Segment } from "../text/paint-line.ts";

/** Where the next character goes. */
export const caretBar = "▏";

/** Shows a text field with its caret; the caret is a bar, so that it is there without colour too. */
export function fieldSegments({ value, caret }: TextField): readonly Segment[] {
  const characters = splitGraphemes(value);
  return [
    ["plain", characters.slice(0, caret).join("")],
    ["accent", caretBar],
    ["plain", characters.slice(caret).join("")],
  ];
}
