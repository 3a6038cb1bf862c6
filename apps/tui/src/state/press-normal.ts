import { findCommand, runById } from "../commands/commands.ts";
import type { KeyPress } from "../input/key-press.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

/** Does what a key asks for while the list has the keyboard. */
export function pressNormal(before: State, press: KeyPress): Step {
  const id = findCommand(before, press.name);
  if (id === undefined) return only(before);
  return runById(before.notice === null ? before : { ...before, notice: null }, id);
}
