import { roleMayChange } from "@keywarden/inventory";
import type { KeyPress } from "../input/key-press.ts";
import { insertText, makeTextField } from "../input/text-field.ts";
import type { Event } from "./event.ts";
import {
  askWhatIsDue,
  judgeAnew,
  receiveChanges,
  receiveFeed,
  receiveFeedFailure,
  receiveUsed,
} from "./follow-changes.ts";
import { layoutScreen } from "./layout.ts";
import { receiveClock } from "./move-clock.ts";
import { continueLoad, receiveLoadFailure, receivePage } from "./load-keys.ts";
import { pasteInDialog, pressDialog } from "./press-dialog.ts";
import { pressFilter } from "./press-filter.ts";
import { pressMouse } from "./press-mouse.ts";
import { pressNormal } from "./press-normal.ts";
import { pressPalette } from "./press-palette.ts";
import { receiveSource, receiveSourceFailure } from "./read-sources.ts";
import {
  receiveActionFailure,
  receiveBatch,
  receivePlan,
  receivePlans,
  receiveRevoked,
  receiveRotated,
  receiveSinks,
  receiveSwitchedKey,
  receiveStep,
  receiveUnfinished,
  receiveUsage,
} from "./receive-outcome.ts";
import {
  receiveRestricted,
  receiveRestrictions,
  receiveRestrictPlan,
  refuseRestriction,
} from "./restrict/receive-restrict.ts";
import { continueScan, finishScan, typeFilter } from "./rows/filter-rows.ts";
import { rebuild } from "./rows/show-rows.ts";
import { settle } from "./rows/settle-list.ts";
import { continueSort } from "./rows/sort-list.ts";
import { askPassphrase, receiveSwitch, startSession } from "./switch-context.ts";
import type { InputMode, State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

const keptCalls = 200;

const pressByMode: Readonly<Record<InputMode, (state: State, press: KeyPress) => Step>> = {
  normal: pressNormal,
  filter: pressFilter,
  palette: pressPalette,
  dialog: pressDialog,
};

function press(state: State, pressed: KeyPress): Step {
  if (!layoutScreen(state).isTooSmall) return pressByMode[state.mode](state, pressed);
  // What cannot be seen cannot be confirmed: on a screen that is too small only leaving works.
  const isLeaving = pressed.name === "ctrl-c" || (pressed.name === "q" && state.mode === "normal");
  const isHeld = state.dialog?.kind === "busy";
  return isLeaving && !isHeld ? [state, [{ kind: "quit" }]] : only(state);
}

function paste(before: State, pasted: string): State {
  if (layoutScreen(before).isTooSmall) return before;
  if (before.mode === "dialog") return pasteInDialog(before, pasted);
  const given = pasted.trim();
  // What is left of a whole key finds it in the list, and is all that the state ever holds.
  const text = before.judge.mask(given);
  const state =
    text === given
      ? before
      : withNotice(
          before,
          "that was a whole key: what is looked for is its beginning and its last characters",
        );
  if (state.mode === "filter") return typeFilter(state, insertText(state.list.filterField, text));
  if (state.mode !== "palette") return before;
  return { ...state, palette: { field: insertText(state.palette.field, text), chosen: 0 } };
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
  const next = judgeAnew(isNoticeOver ? { ...state, notice: null } : state);
  const [ticked, effects] = askForToken(askWhatIsDue(next));
  // What this program began it ends: the old key of a rotation whose grace period is over.
  const isRipe =
    ticked.isWritable && ticked.unfinished.some(({ dueAtMs }) => dueAtMs > 0 && dueAtMs <= ticked.nowMs);
  if (!isRipe || ticked.dialog !== null) return [ticked, effects];
  return [{ ...ticked, unfinished: [] }, [...effects, { kind: "resume" }]];
}

/** Asks for another token where the present one was refused, once. */
function askForToken([state, effects]: Step): Step {
  const isRefused = state.failure?.isUnauthorised === true && state.failure.atMs === state.nowMs;
  if (!isRefused || state.failures > 1 || state.dialog !== null || state.mode !== "normal")
    return [state, effects];
  const problem = "the server refuses the present token: type or paste another one";
  const dialog = { kind: "token" as const, openedAtMs: state.nowMs, field: makeTextField(), problem };
  return [settle({ ...state, mode: "dialog", dialog }), effects];
}

function receiveCall(state: State, { call }: Extract<Event, { kind: "call" }>): Step {
  // What asks for news twice a second or so would hide everything else.
  if (call.path.startsWith("/v1/changes") && call.outcome === "200") return only(state);
  const calls = [...state.calls.slice(1 - keptCalls), call];
  return only(state.screen === "log" ? rebuild({ ...state, calls }) : { ...state, calls });
}

/** Goes on with what is done a part at a time, with what somebody waits for first. */
function goOn(state: State): State {
  if (state.scan !== null) return continueScan(state);
  return state.sorting === null ? continueLoad(state) : continueSort(state);
}

type Handlers = {
  readonly [K in Event["kind"]]: (state: State, event: Extract<Event, { kind: K }>) => Step;
};

const handlers: Handlers = {
  start: startSession,
  tick,
  "clock-moved": receiveClock,
  scan: (state) => only(goOn(state)),
  warned: (state, { text }) => only(withNotice(state, text)),
  press: (state, event) => press(state, event.press),
  mouse: (state, { mouse }) => pressMouse(state, mouse),
  paste: (state, { text }) => only(paste(state, text)),
  // Words are as long as they are: no line of theirs is cut where the terminal ends.
  resize: (state, { columns, rows }) => only(state.isSpoken ? state : settle({ ...state, columns, rows })),
  identity: receiveIdentity,
  // The load that runs beside the question meets the same failure and shows it.
  "identity-failed": only,
  call: receiveCall,
  page: receivePage,
  "load-failed": (state, event) => askForToken(receiveLoadFailure(state, event)),
  "feed-begun": receiveFeed,
  changes: receiveChanges,
  "feed-failed": (state, event) => askForToken(receiveFeedFailure(state, event)),
  used: receiveUsed,
  "source-read": receiveSource,
  "source-failed": receiveSourceFailure,
  revoked: receiveRevoked,
  "key-switched": receiveSwitchedKey,
  rotated: receiveRotated,
  "planned-all": receivePlans,
  "batch-done": receiveBatch,
  "restrictions-recalled": receiveRestrictions,
  "restrict-refused": refuseRestriction,
  "restriction-planned": receiveRestrictPlan,
  restricted: receiveRestricted,
  "usage-told": receiveUsage,
  step: receiveStep,
  "sinks-recalled": receiveSinks,
  planned: receivePlan,
  "plan-refused": receivePlan,
  unfinished: receiveUnfinished,
  switched: receiveSwitch,
  "passphrase-needed": askPassphrase,
  "action-failed": receiveActionFailure,
};

const isUnderWay = ({ scan, sorting, load }: State): boolean =>
  scan !== null || sorting !== null || (load !== null && load.merger !== null);

/** Whether what the operator does is about rows that may not all have been found yet. */
function needsAllRows({ mode }: State, event: Event): boolean {
  return event.kind === "mouse" || (event.kind === "press" && mode !== "filter");
}

const answers: ReadonlySet<Event["kind"]> = new Set(["page", "feed-begun", "changes"]);

/** Whose token it is could not be told by a server that did not answer, and decides what is offered. */
const isBackUnknown = (before: State, { identity, failure }: State, { kind }: Event): boolean =>
  answers.has(kind) && before.failure !== null && failure === null && identity === null;

/** Gives the state after an event, and the work to be done because of it. Pure. */
export function reduce(before: State, event: Event): Step {
  const timed: State = event.atMs > before.nowMs ? { ...before, nowMs: event.atMs } : before;
  const state = needsAllRows(timed, event) ? finishScan(timed) : timed;
  const [next, asked] = (handlers[event.kind] as (state: State, event: Event) => Step)(state, event);
  const effects: Step[1] = isBackUnknown(state, next, event) ? [...asked, { kind: "identify" }] : asked;
  // What is asked for while something older is gone on with is gone on with in its place.
  const goesOn = isUnderWay(next) && (event.kind === "scan" || !isUnderWay(state));
  return goesOn ? [next, [...effects, { kind: "scan" }]] : [next, effects];
}
