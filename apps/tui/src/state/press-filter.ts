import { findAction } from "../keys/keymap.ts";
import type { KeyPress } from "../keys/key-press.ts";
import { editTextField, makeTextField } from "../keys/text-field.ts";
import { layoutScreen } from "./layout.ts";
import { moveCursor } from "./move-cursor.ts";
import { withFilter } from "./show-rows.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

/** Edits the filter; the list follows every key. No key typed here can act on a row. */
export function pressFilter(state: State, press: KeyPress): Step {
  const action = findAction("filter", press.name);
  // A filter with a mistake would show another one's keys under its own words.
  if (action === "keep-filter")
    return only(state.filter.problem === null ? { ...state, mode: "normal" } : state);
  if (action === "drop-filter") return only(withFilter({ ...state, mode: "normal" }, makeTextField()));
  if (action !== undefined) return only(moveCursor(state, action, layoutScreen(state).table));
  const edited = editTextField(state.filterField, press);
  return only(edited === undefined ? state : withFilter(state, edited));
}
