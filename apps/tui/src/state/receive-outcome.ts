import { formatCountdown, makeKeyRow } from "@keywarden/inventory";
import { makeTextField } from "../keys/text-field.ts";
import { makeRotateDialog } from "./dialog.ts";
import type { Event } from "./event.ts";
import { startLoad } from "./load-keys.ts";
import { settle, withRow } from "./show-rows.ts";
import type { State } from "./state.ts";
import { only, type Step } from "./step.ts";

type Received<K extends Event["kind"]> = Extract<Event, { kind: K }>;

function withOutcome(state: State, isGood: boolean, title: string, lines: readonly string[]): State {
  const dialog = { kind: "outcome" as const, openedAtMs: state.nowMs, isGood, title, lines };
  return settle({ ...state, mode: "dialog", dialog });
}

const savedLine = (path: string): string => `The new key is in ${path}, readable by you alone.`;

function describeGrace(graceSeconds: number): string {
  return graceSeconds > 0
    ? `The old secret works for another ${formatCountdown(graceSeconds)}: deploy the new one before that.`
    : "The old secret no longer works.";
}

/** Shows that the key is revoked, and asks for a fresh list. */
export function receiveRevoked(state: State, { key, target, isRepeat, atMs }: Received<"revoked">): Step {
  const line = isRepeat ? "It was already revoked." : "The server rejects it from now on.";
  return startLoad(
    withOutcome(withRow(state, makeKeyRow(key, state.judge, atMs)), true, `Revoked ${target.name}`, [line]),
  );
}

/** Shows where the new key is, or asks for another place when it could not be written. */
export function receiveRotated(before: State, event: Received<"rotated">): Step {
  const { target, unsaved, savedTo } = event;
  const state = withRow(before, makeKeyRow(event.key, before.judge, event.atMs));
  if (unsaved !== undefined) {
    const opened = { openedAtMs: state.nowMs, target, field: makeTextField() };
    const dialog = { kind: "unsaved" as const, ...opened, ...unsaved };
    return startLoad(settle({ ...state, mode: "dialog", dialog }));
  }
  const where =
    savedTo === undefined
      ? "The new key was discarded, as you asked: rotate again to get one."
      : savedLine(savedTo);
  return startLoad(
    withOutcome(state, true, `Rotated ${target.name}`, [where, describeGrace(event.graceSeconds)]),
  );
}

export function receiveSaved(state: State, { target, path }: Received<"saved">): Step {
  return only(withOutcome(state, true, `Rotated ${target.name}`, [savedLine(path)]));
}

export function receiveSaveFailure(state: State, { problem }: Received<"save-failed">): Step {
  const { dialog } = state;
  return only(dialog?.kind === "unsaved" ? { ...state, dialog: { ...dialog, problem } } : state);
}

/** Goes on to the confirmation when nothing speaks against the path. */
export function receiveCheck(state: State, { path, problem }: Received<"destination-checked">): Step {
  const { dialog } = state;
  // An answer about a path that has been edited since says nothing.
  if (dialog?.kind !== "destination" || dialog.field.value.trim() !== path) return only(state);
  if (problem !== "") return only({ ...state, dialog: { ...dialog, problem } });
  return only({ ...state, dialog: makeRotateDialog(dialog.target, { kind: "file", path }, state.nowMs) });
}

/** Shows why a change did not happen, and asks for a fresh list, which shows what did. */
export function receiveActionFailure(state: State, { title, failure }: Received<"action-failed">): Step {
  return startLoad(withOutcome(state, false, title, [failure.message, failure.advice]));
}
