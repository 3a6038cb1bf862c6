import { findAction } from "../keys/keymap.ts";
import type { KeyPress } from "../keys/key-press.ts";
import { helpHeight, helpLines } from "./help-lines.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

const lastTop = ({ rows }: State): number => Math.max(0, helpLines().length - helpHeight(rows));

/** Scrolls or closes the help screen. */
export function pressHelp(state: State, press: KeyPress): Step {
  const action = findAction("help", press.name);
  if (action === "close-help") return only({ ...state, mode: "normal" });
  const step = action === "move-down" ? 1 : action === "move-up" ? -1 : 0;
  return only({ ...state, helpTop: Math.max(0, Math.min(state.helpTop + step, lastTop(state))) });
}
