import { moveDown, moveUp } from "../commands/move-commands.ts";
import type { KeyPress } from "../input/key-press.ts";
import { editTextField, makeTextField } from "../input/text-field.ts";
import { finishScan, typeFilter } from "./rows/filter-rows.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

/** Edits the filter; the list follows every key. No key typed here can act on a row. */
export function pressFilter(state: State, press: KeyPress): Step {
  switch (press.name) {
    case "enter":
      // A filter with a mistake would show another one's rows under its own words.
      return only(state.list.filter.problem === null ? { ...state, mode: "normal" } : state);
    case "escape":
    case "ctrl-c":
      return only(typeFilter({ ...state, mode: "normal" }, makeTextField()));
    case "down":
      return moveDown(finishScan(state));
    case "up":
      return moveUp(finishScan(state));
    default: {
      const edited = editTextField(state.list.filterField, press);
      return only(edited === undefined ? state : typeFilter(state, edited));
    }
  }
}
