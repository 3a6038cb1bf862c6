import type { State } from "../state/state.ts";
import { enterScreen, homeAndClear } from "../text/screen-codes.ts";
import type { Paint } from "../theme.ts";
import { frameLines } from "./frame-lines.ts";

const hideCursor = "\u001B[?25l";
// A mask can be longer than what it covers, and no line may go on in the next one.
const [wrapOff, wrapOn] = ["\u001B[?7l", "\u001B[?7h"];

/** Draws the whole screen as bytes for a terminal: what Ink draws, without waiting until Ink is loaded. */
export function firstFrame(state: State, paint: Paint): string {
  const lines = frameLines(state, paint).map((line) => state.judge.mask(line));
  return `${enterScreen}${homeAndClear}${hideCursor}${wrapOff}${lines.join("\r\n")}${wrapOn}`;
}
