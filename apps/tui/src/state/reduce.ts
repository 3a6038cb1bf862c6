import { roleMayChange } from "@keywarden/inventory";
import { pressDialog, pasteInDialog } from "./press-dialog.ts";
import { pressFilter } from "./press-filter.ts";
import { pressHelp } from "./press-help.ts";
import { pressNormal } from "./press-normal.ts";
import { insertText } from "../keys/text-field.ts";
import type { Mode } from "../keys/keymap.ts";
import type { KeyPress } from "../keys/key-press.ts";
import type { Event } from "./event.ts";
import { layoutScreen } from "./layout.ts";
import { receiveLoadFailure, receivePage, startLoad } from "./load-keys.ts";
import {
  receiveActionFailure,
  receivePlan,
  receiveRevoked,
  receiveRotated,
  receiveSinks,
  receiveStep,
  receiveUnfinished,
} from "./receive-outcome.ts";
import { settle, withEndedGrace, withFilter } from "./show-rows.ts";
import type { State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

const keptCalls = 200;

const pressByMode: Readonly<Record<Mode, (state: State, press: KeyPress) => Step>> = {
  normal: pressNormal,
  filter: pressFilter,
  dialog: pressDialog,
  help: pressHelp,
};

function press(state: State, pressed: KeyPress): Step {
  if (!layoutScreen(state).isTooSmall) return pressByMode[state.mode](state, pressed);
  // What cannot be seen cannot be confirmed: on a screen that is too small only leaving works.
  const isLeaving = pressed.name === "ctrl-c" || (pressed.name === "q" && state.mode === "normal");
  const isHeld = state.dialog?.kind === "busy";
  return isLeaving && !isHeld ? [state, [{ kind: "quit" }]] : only(state);
}

function paste(state: State, text: string): State {
  if (layoutScreen(state).isTooSmall) return state;
  if (state.mode === "filter") return withFilter(state, insertText(state.filterField, text.trim()));
  return state.mode === "dialog" ? pasteInDialog(state, text) : state;
}

/** Whoever may change nothing is not offered it, whatever the command line says. */
function receiveIdentity(state: State, { identity }: Extract<Event, { kind: "identity" }>): Step {
  const known = { ...state, identity };
  if (!state.isWritable || roleMayChange(identity.role)) return only(known);
  return only(
    withNotice({ ...known, isWritable: false }, `a ${identity.role} may change nothing: read-only`),
  );
}

function tick(state: State): Step {
  const isNoticeOver = state.notice !== null && state.notice.untilMs <= state.nowMs;
  const next = withEndedGrace(isNoticeOver ? { ...state, notice: null } : state);
  const isDue = !next.isPaused && next.load === null && next.nowMs >= next.nextLoadAtMs;
  const [ticked, effects] = isDue ? startLoad(next) : only(next);
  // What this program began it ends: the old key of a rotation whose grace period is over.
  const isRipe =
    ticked.isWritable && ticked.unfinished.some(({ dueAtMs }) => dueAtMs > 0 && dueAtMs <= ticked.nowMs);
  if (!isRipe || ticked.dialog !== null) return [ticked, effects];
  return [{ ...ticked, unfinished: [] }, [...effects, { kind: "resume" }]];
}

type Handlers = {
  readonly [K in Event["kind"]]: (state: State, event: Extract<Event, { kind: K }>) => Step;
};

const handlers: Handlers = {
  start: (state) => {
    const [started, effects] = startLoad(state);
    return [started, [{ kind: "identify" }, { kind: "list-unfinished" }, ...effects]];
  },
  tick,
  warned: (state, { text }) => only(withNotice(state, text)),
  press: (state, event) => press(state, event.press),
  paste: (state, { text }) => only(paste(state, text)),
  resize: (state, { columns, rows }) => only(settle({ ...state, columns, rows })),
  identity: receiveIdentity,
  // The load that runs beside the question meets the same failure and shows it.
  "identity-failed": only,
  call: (state, { call }) => only({ ...state, calls: [...state.calls.slice(1 - keptCalls), call] }),
  page: receivePage,
  "load-failed": receiveLoadFailure,
  revoked: receiveRevoked,
  rotated: receiveRotated,
  "rotation-step": receiveStep,
  "sinks-recalled": receiveSinks,
  planned: receivePlan,
  "plan-refused": receivePlan,
  unfinished: receiveUnfinished,
  "action-failed": receiveActionFailure,
};

/** Gives the state after an event, and the work to be done because of it. Pure. */
export function reduce(before: State, event: Event): Step {
  const state: State = event.atMs > before.nowMs ? { ...before, nowMs: event.atMs } : before;
  return (handlers[event.kind] as (state: State, event: Event) => Step)(state, event);
}
