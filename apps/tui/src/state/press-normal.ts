import { type ColumnId, isLive, nextSort } from "@keywarden/inventory";
import { findAction, type Action } from "../keys/keymap.ts";
import type { KeyPress } from "../keys/key-press.ts";
import { makeTextField } from "../keys/text-field.ts";
import type { Target } from "./dialog.ts";
import { layoutScreen } from "./layout.ts";
import { startLoad } from "./load-keys.ts";
import { moveCursor } from "./move-cursor.ts";
import { settle, withFilter, withSort } from "./show-rows.ts";
import { selectedRow, type State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

function openChange(state: State, kind: "rotate" | "revoke"): State {
  if (!state.isWritable) return withNotice(state, `read-only: press w to allow changes, then ${kind} again`);
  const row = selectedRow(state);
  if (row === undefined) return withNotice(state, "no key is selected");
  if (!isLive(row))
    return withNotice(state, `${row.name} is ${row.rotation.state} already: nothing to ${kind}`);
  const { id, generation, name, provider, environment, redacted } = row;
  const target: Target = { id, generation, name, provider, environment, redacted };
  const asked = { openedAtMs: state.nowMs, target, field: makeTextField(), problem: "" };
  const dialog =
    kind === "revoke" ? { kind: "revoke" as const, ...asked } : { kind: "destination" as const, ...asked };
  return settle({ ...state, mode: "dialog", dialog });
}

function toggleWrite(state: State): State {
  if (state.isWritable) return withNotice({ ...state, isWritable: false }, "read-only again");
  return settle({ ...state, mode: "dialog", dialog: { kind: "unlock", openedAtMs: state.nowMs } });
}

function goBack(state: State): State {
  if (state.pane !== "none") return settle({ ...state, pane: "none" });
  return state.filterField.value === "" ? state : withFilter(state, makeTextField());
}

const togglePane = (state: State, pane: "details" | "log"): State =>
  settle({ ...state, pane: state.pane === pane ? "none" : pane });

const handlers: Readonly<Partial<Record<Action, (state: State) => Step>>> = {
  "open-filter": (state) => only({ ...state, mode: "filter" }),
  "toggle-details": (state) => only(togglePane(state, "details")),
  "toggle-log": (state) => only(togglePane(state, "log")),
  back: (state) => only(goBack(state)),
  refresh: (state) => (state.load === null ? startLoad(state) : only(state)),
  "toggle-pause": (state) =>
    state.isPaused
      ? only({ ...state, isPaused: false, nextLoadAtMs: state.nowMs })
      : only({ ...state, isPaused: true }),
  "toggle-write": (state) => only(toggleWrite(state)),
  rotate: (state) => only(openChange(state, "rotate")),
  revoke: (state) => only(openChange(state, "revoke")),
  "open-help": (state) => only({ ...state, mode: "help", helpTop: 0 }),
  suspend: (state) => [state, [{ kind: "suspend" }]],
  quit: (state) => [state, [{ kind: "quit" }]],
};

/** Does what a key asks for while the list has the keyboard. */
export function pressNormal(before: State, press: KeyPress): Step {
  const action = findAction("normal", press.name);
  if (action === undefined) return only(before);
  const state: State = before.notice === null ? before : { ...before, notice: null };
  if (action.startsWith("sort-")) {
    return only(withSort(state, nextSort(state.sort, action.slice("sort-".length) as ColumnId)));
  }
  return handlers[action]?.(state) ?? only(moveCursor(state, action, layoutScreen(state).table));
}
