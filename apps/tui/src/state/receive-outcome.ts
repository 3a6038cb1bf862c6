import { describeCalls, makeKeyRow, PackedKey } from "@keywarden/inventory";
import { makeTextField } from "../input/text-field.ts";
import { makeRotateDialog } from "./dialog.ts";
import { askWhatIsDue } from "./follow-changes.ts";
import type { Event } from "./event.ts";
import { screenOf } from "../screens/screens.ts";
import { dropMarks } from "./rows/mark-rows.ts";
import { withKeys } from "./rows/show-rows.ts";
import { settle } from "./rows/settle-list.ts";
import type { State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

type Received<K extends Event["kind"]> = Extract<Event, { kind: K }>;

/** Shows how a change ended. */
export function withOutcome(state: State, isGood: boolean, title: string, lines: readonly string[]): State {
  const dialog = { kind: "outcome" as const, openedAtMs: state.nowMs, isGood, title, lines };
  return settle({ ...state, mode: "dialog", dialog });
}

/** Chooses the next key, unless a pane shows the one that was acted on; the visit in the list stays. */
function leaveKey(state: State, id: string): State {
  if (state.isPaneOpen || state.subject !== null) return state;
  const { visible } = state.list;
  const screen = screenOf(state);
  const index = visible.findIndex((row) => screen.idOf(row) === id);
  const next = visible[index + 1] ?? visible[index - 1];
  if (index === -1 || next === undefined) return state;
  return { ...state, list: { ...state.list, cursorId: screen.idOf(next) } };
}

/** Asks at once for what the change brought with it: of the feed, or where there is none by reading everything. */
export function followUp(state: State): Step {
  const due = { ...state, nextLoadAtMs: state.nowMs, feed: { ...state.feed, nextAtMs: state.nowMs } };
  return askWhatIsDue(due);
}

/** Shows that the key is revoked, and asks for a fresh list. */
export function receiveRevoked(before: State, { key, target, isRepeat, atMs }: Received<"revoked">): Step {
  const line = isRepeat ? "It was already revoked." : "The server rejects it from now on.";
  const state = withKeys(leaveKey(dropMarks(before), key.id), [
    makeKeyRow(new PackedKey(key), before.judge, atMs),
  ]);
  return followUp(withOutcome(state, true, `Revoked ${target.name}`, [line]));
}

const switchWords = {
  disable: [
    "Disabled",
    "The server refuses it until somebody enables it: D does.",
    "It was already disabled.",
  ],
  enable: ["Enabled", "The server accepts it again.", "It was not disabled."],
} as const;

/** Shows that the key is disabled or enabled; it stays chosen, as nothing has ended. */
export function receiveSwitchedKey(before: State, event: Received<"key-switched">): Step {
  const { act, key, target, isRepeat, atMs } = event;
  const [done, now, already] = switchWords[act];
  const state = withKeys(before, [makeKeyRow(new PackedKey(key), before.judge, atMs)]);
  return followUp(withOutcome(state, true, `${done} ${target.name}`, [isRepeat ? already : now]));
}

/** Shows how a rotation ended, and asks for a fresh list. */
export function receiveRotated(before: State, event: Received<"rotated">): Step {
  const { key, name, isGood, lines } = event;
  const state =
    key === null
      ? before
      : withKeys(leaveKey(before, key.id), [makeKeyRow(new PackedKey(key), before.judge, event.atMs)]);
  return followUp(
    withOutcome(state, isGood, isGood ? `Rotated ${name}` : `${name} is not rotated yet`, lines),
  );
}

/** Adds a step to what is shown of the rotation under way. */
export function receiveStep(state: State, { words }: Received<"step">): Step {
  const { dialog } = state;
  if (dialog?.kind !== "busy") return only(state);
  return only({ ...state, dialog: { ...dialog, steps: [...dialog.steps, words] } });
}

/** Offers the sinks of last time, unless something has been typed since. */
export function receiveSinks(state: State, { target, sinks }: Received<"sinks-recalled">): Step {
  const { dialog } = state;
  if (dialog?.kind !== "destination" || dialog.target.id !== target.id || dialog.field.value !== "")
    return only(state);
  return only({ ...state, dialog: { ...dialog, field: makeTextField(sinks.join(" ")) } });
}

/** Goes on to the confirmation with the plan, or says why there is none. */
export function receivePlan(state: State, event: Received<"planned" | "plan-refused">): Step {
  const { dialog } = state;
  // An answer about sinks that have been edited since says nothing.
  if (dialog?.kind !== "destination" || dialog.field.value.trim() !== event.typed) return only(state);
  const settled = { ...state, notice: null };
  if (event.kind === "plan-refused")
    return only({ ...settled, dialog: { ...dialog, problem: event.problem } });
  return only(settle({ ...settled, dialog: makeRotateDialog(dialog.target, event.plan, state.nowMs) }));
}

/** Goes on with the keys that can be rotated; those that cannot stand beside them with the reason. */
export function receivePlans(state: State, { typed, planned, refused }: Received<"planned-all">): Step {
  const { dialog } = state;
  if (dialog?.kind !== "destination-all" || dialog.field.value.trim() !== typed) return only(state);
  const settled = { ...state, notice: null };
  const [first] = refused;
  if (planned.length === 0 && first !== undefined) {
    const problem = `${first.target.name}: ${first.problem}`;
    return only({ ...settled, dialog: { ...dialog, problem } });
  }
  const asked = { openedAtMs: state.nowMs, field: makeTextField(), problem: "" };
  return only(settle({ ...settled, dialog: { kind: "rotate-all", ...asked, planned, refused } }));
}

/** Notes which rotations of this machine are under way. */
export function receiveUnfinished(state: State, { rotations }: Received<"unfinished">): Step {
  const waiting = rotations.filter(({ dueAtMs }) => dueAtMs <= state.nowMs).map(({ name }) => name);
  const next = { ...state, unfinished: rotations };
  if (waiting.length === 0 || state.dialog !== null) return only(next);
  return only(withNotice(next, `unfinished rotation of ${waiting.join(", ")}: c continues it`));
}

/** Shows why a change did not happen, and asks for what has changed, which shows what did. */
export function receiveActionFailure(state: State, { title, failure }: Received<"action-failed">): Step {
  return followUp(withOutcome(state, false, title, [failure.message, failure.advice]));
}

/** Shows how a change of several keys ended. */
export function receiveBatch(state: State, { verb, done, failures }: Received<"batch-done">): Step {
  const isGood = failures.length === 0;
  const count = `${done.length} ${done.length === 1 ? "key" : "keys"}`;
  const title = isGood ? `${verb} ${count}` : `${verb} ${count}, and not ${failures.length}`;
  // What went wrong is what has to be read.
  return followUp(withOutcome(dropMarks(state), isGood, title, [...failures, ...done]));
}

/** Says in the open dialog how often its key is called. */
export function receiveUsage(state: State, { target, usage, atMs }: Received<"usage-told">): Step {
  const { dialog } = state;
  if (dialog === null || !("target" in dialog) || dialog.target?.id !== target.id) return only(state);
  const calls =
    usage === null ? "how often it is called is not known" : `${describeCalls(usage, atMs)} in 24 h`;
  const told = { ...dialog.target, calls };
  return only({ ...state, dialog: { ...dialog, target: told } });
}
