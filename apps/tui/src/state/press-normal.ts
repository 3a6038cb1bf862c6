import { type ColumnId, isLive, nextSort, roleMay, roleMayChange, rolesThatMay } from "@keywarden/inventory";
import { findAction, type Action } from "../keys/keymap.ts";
import type { KeyPress } from "../keys/key-press.ts";
import { makeTextField } from "../keys/text-field.ts";
import { makeTarget } from "./dialog.ts";
import { layoutScreen } from "./layout.ts";
import { startLoad } from "./load-keys.ts";
import { moveCursor } from "./move-cursor.ts";
import { settle, withFilter, withSort } from "./show-rows.ts";
import { selectedRow, type State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

function openChange(state: State, kind: "rotate" | "revoke"): Step {
  const role = state.identity?.role ?? null;
  const who = rolesThatMay(kind).join(" or ");
  if (!roleMay(role, kind))
    return only(withNotice(state, `a ${role} may not ${kind}: it takes the role ${who}`));
  if (!state.isWritable)
    return only(withNotice(state, `read-only: press w to allow changes, then ${kind} again`));
  const row = selectedRow(state);
  if (row === undefined) return only(withNotice(state, "no key is selected"));
  if (!isLive(row))
    return only(withNotice(state, `${row.name} is ${row.rotation.state} already: nothing to ${kind}`));
  const target = makeTarget(row, state.nowMs);
  const asked = { openedAtMs: state.nowMs, target, field: makeTextField(), problem: "" };
  const pinned: State = { ...state, cursorId: row.id, mode: "dialog" };
  return kind === "revoke"
    ? only(settle({ ...pinned, dialog: { kind: "revoke", ...asked } }))
    : [settle({ ...pinned, dialog: { kind: "destination", ...asked } }), [{ kind: "recall-sinks", target }]];
}

function resumeRotations(state: State): Step {
  const waiting = state.unfinished.filter(({ dueAtMs }) => dueAtMs <= state.nowMs);
  if (waiting.length === 0)
    return only(withNotice(state, "no rotation of this machine waits to be continued"));
  if (!state.isWritable) return only(withNotice(state, "read-only: press w to allow changes, then c again"));
  const title = `Continuing ${waiting.map(({ name }) => name).join(", ")}`;
  const dialog = { kind: "busy" as const, openedAtMs: state.nowMs, title, target: null, steps: [] };
  return [settle({ ...state, mode: "dialog", dialog }), [{ kind: "resume" }]];
}

function askForToken(state: State): State {
  const dialog = { kind: "token" as const, openedAtMs: state.nowMs, field: makeTextField(), problem: "" };
  return settle({ ...state, mode: "dialog", dialog });
}

function toggleWrite(state: State): State {
  if (state.isWritable) return withNotice({ ...state, isWritable: false }, "read-only again");
  const role = state.identity?.role ?? null;
  if (!roleMayChange(role))
    return withNotice(state, `a ${role} may change nothing: another token can, press t`);
  return settle({ ...state, mode: "dialog", dialog: { kind: "unlock", openedAtMs: state.nowMs } });
}

function goBack(state: State): State {
  if (state.pane !== "none") return settle({ ...state, pane: "none" });
  return state.filterField.value === "" ? state : withFilter(state, makeTextField());
}

const togglePane = (state: State, pane: "details" | "log"): State =>
  settle({
    ...state,
    pane: state.pane === pane ? "none" : pane,
    paneTop: 0,
    // From here on the pane is about this key, wherever a refresh puts its row.
    cursorId: selectedRow(state)?.id ?? null,
    paneKey: selectedRow(state) ?? null,
  });

const handlers: Readonly<Partial<Record<Action, (state: State) => Step>>> = {
  "open-filter": (state) => only({ ...state, mode: "filter" }),
  "toggle-details": (state) => only(togglePane(state, "details")),
  "toggle-log": (state) => only(togglePane(state, "log")),
  back: (state) => only(goBack(state)),
  refresh: (state) => (state.load === null ? startLoad(state) : only(state)),
  "scroll-pane-down": (state) => only({ ...state, paneTop: state.paneTop + 1 }),
  "scroll-pane-up": (state) => only({ ...state, paneTop: Math.max(0, state.paneTop - 1) }),
  "toggle-pause": (state) =>
    state.isPaused
      ? only({ ...state, isPaused: false, nextLoadAtMs: state.nowMs })
      : only({ ...state, isPaused: true }),
  "toggle-write": (state) => only(toggleWrite(state)),
  rotate: (state) => openChange(state, "rotate"),
  revoke: (state) => openChange(state, "revoke"),
  resume: resumeRotations,
  "use-token": (state) => only(askForToken(state)),
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
