import { Secret } from "@keywarden/key-format";
import { formatCount } from "../text/format-count.ts";
import type { KeyPress } from "../input/key-press.ts";
import { editTextField, insertText } from "../input/text-field.ts";
import { challengeOf, challengeOfAll, deadTimeMs, type Dialog } from "./dialog.ts";
import { moveInForm, typedFields } from "./restrict/restrict-form.ts";
import { targetChanges } from "../views/target-changes.ts";
import { wrapDialog } from "../views/wrap-dialog.ts";
import { layoutScreen } from "./layout.ts";
import { startLoad } from "./load-keys.ts";
import { forgetProblems } from "./read-sources.ts";
import { settle } from "./rows/settle-list.ts";
import type { State } from "./state.ts";
import { only, withNotice, type Step } from "./step.ts";

const withDialog = (state: State, dialog: Dialog): State => ({ ...state, dialog });

/** Closes the dialog and gives the keyboard back to the list. */
function closeDialog(state: State): State {
  return settle({ ...state, dialog: null, mode: "normal" });
}

function cancel(state: State, dialog: Dialog): Step {
  if (dialog.kind === "busy")
    return dialog.stop === "offered"
      ? [withDialog(state, { ...dialog, stop: "asked" }), [{ kind: "stop-batch" }]]
      : only(state);
  if (dialog.kind === "outcome") return only(closeDialog(state));
  return only(withNotice(closeDialog(state), "cancelled: nothing was changed"));
}

function askForPlan(
  state: State,
  dialog: Extract<Dialog, { kind: "destination" | "destination-all" }>,
  typed: string,
): Step {
  const asked = withNotice(withDialog(state, { ...dialog, problem: "" }), "planning …");
  return dialog.kind === "destination"
    ? [asked, [{ kind: "plan", target: dialog.target, typed }]]
    : [asked, [{ kind: "plan-all", targets: dialog.targets, typed }]];
}

function askForRestrictPlan(state: State, dialog: Extract<Dialog, { kind: "restrict" }>): Step {
  if (dialog.fields === null) return cancel(state, dialog);
  const asked = withNotice(
    withDialog(state, { ...dialog, problem: "" }),
    "looking at what it was used for …",
  );
  return [asked, [{ kind: "plan-restriction", target: dialog.target, typed: typedFields(dialog) }]];
}

type TypedDialog = Extract<Dialog, { kind: "revoke" | "rotate" | "switch" | "restrict-plan" }>;

const isTyped = (dialog: Dialog): dialog is TypedDialog =>
  ["revoke", "rotate", "switch", "restrict-plan"].includes(dialog.kind);

function confirmChange(state: State, dialog: TypedDialog): Step {
  const { target } = dialog;
  if (dialog.field.value !== challengeOf(target)) {
    return only(withDialog(state, { ...dialog, problem: "that is not the same text: nothing was changed" }));
  }
  // The server would refuse it, and a rotation that was begun for it would wait for ever.
  if (targetChanges(dialog, state).length > 0)
    return only(withDialog(state, { ...dialog, problem: "nothing was changed: what is asked here is past" }));
  const title = titleOf(dialog);
  const busy = withDialog(state, {
    kind: "busy",
    openedAtMs: state.nowMs,
    title,
    target,
    steps: [],
    hasJournal: dialog.kind === "rotate",
  });
  if (dialog.kind === "switch") return [busy, [{ kind: "switch-key", act: dialog.act, target }]];
  if (dialog.kind === "restrict-plan") return [busy, [{ kind: "restrict", target, edit: dialog.plan.edit }]];
  return dialog.kind === "revoke"
    ? [busy, [{ kind: "revoke", target }]]
    : [busy, [{ kind: "rotate", target, plan: dialog.plan }]];
}

function titleOf(dialog: TypedDialog): string {
  if (dialog.kind === "restrict-plan") return "Restricting";
  if (dialog.kind === "switch") return dialog.act === "disable" ? "Disabling" : "Enabling";
  return dialog.kind === "revoke" ? "Revoking" : "Rotating";
}

function confirmAll(state: State, dialog: Extract<Dialog, { kind: "revoke-all" | "rotate-all" }>): Step {
  const isRevoke = dialog.kind === "revoke-all";
  const keys = isRevoke ? dialog.targets : dialog.planned;
  if (dialog.field.value !== challengeOfAll(isRevoke ? "revoke" : "rotate", keys))
    return only(withDialog(state, { ...dialog, problem: "that is not the same text: nothing was changed" }));
  const title = `${isRevoke ? "Revoking" : "Rotating"} ${formatCount(keys.length)} ${keys.length === 1 ? "key" : "keys"}`;
  const busy = {
    kind: "busy" as const,
    openedAtMs: state.nowMs,
    title,
    target: null,
    steps: [],
    hasJournal: !isRevoke,
    stop: "offered" as const,
  };
  return isRevoke
    ? [withDialog(state, busy), [{ kind: "revoke-all", targets: dialog.targets }]]
    : [withDialog(state, busy), [{ kind: "rotate-all", planned: dialog.planned }]];
}

function useToken(state: State, typed: string): Step {
  const feed = { ...state.feed, isAsked: false };
  const asked = { ...closeDialog(state), identity: null, failure: null, feed };
  // What the old token might not read, the new one may.
  const [loading, effects] = startLoad(forgetProblems(asked));
  return [loading, [{ kind: "use-token", token: new Secret(typed) }, { kind: "identify" }, ...effects]];
}

function openLogins(state: State, { wanted, field }: Extract<Dialog, { kind: "passphrase" }>): Step {
  const asked = withNotice(closeDialog(state), `going to ${wanted} …`);
  return [asked, [{ kind: "switch-context", wanted, passphrase: new Secret(field.value) }]];
}

function confirm(state: State, dialog: Dialog): Step {
  if (dialog.kind === "restrict") return askForRestrictPlan(state, dialog);
  const typed = "field" in dialog ? dialog.field.value.trim() : "";
  if (typed === "") return cancel(state, dialog);
  if (isTyped(dialog)) return confirmChange(state, dialog);
  if (dialog.kind === "revoke-all" || dialog.kind === "rotate-all") return confirmAll(state, dialog);
  if (dialog.kind === "destination" || dialog.kind === "destination-all")
    return askForPlan(state, dialog, typed);
  if (dialog.kind === "token") return useToken(state, typed);
  if (dialog.kind === "passphrase") return openLogins(state, dialog);
  return only(state);
}

const scrollSteps: Readonly<Record<string, number>> = { pagedown: 5, pageup: -5, down: 1, up: -1 };

/** Moves over the words of a dialog that are more than it has room for. */
function scrollDialog(state: State, dialog: Dialog, by: number): Dialog {
  const { hidden } = wrapDialog(dialog, state, layoutScreen(state).pane - 1);
  return { ...dialog, top: Math.max(0, Math.min(hidden, (dialog.top ?? 0) + by)) };
}

/** Edits and answers dialogs. Keys within the dead time are dropped, and an Enter that arrives glued to text confirms nothing. */
export function pressDialog(state: State, press: KeyPress): Step {
  const { dialog } = state;
  if (dialog === null) return only({ ...state, mode: "normal" });
  if (state.nowMs - dialog.openedAtMs < deadTimeMs) return only(state);
  const { name } = press;
  if (name === "escape" || name === "ctrl-c") return cancel(state, dialog);
  if (name === "enter") return press.isBurst ? only(state) : confirm(state, dialog);
  if (dialog.kind === "unlock") {
    if (name !== "y" || press.isBurst) return only(state);
    return only(
      withNotice({ ...closeDialog(state), isWritable: true }, "changes are allowed until w or quit"),
    );
  }
  const moved = dialog.kind === "restrict" ? moveInForm(dialog, press) : null;
  if (moved !== null) return only(withDialog(state, { ...dialog, ...moved }));
  const step = scrollSteps[name];
  if (step !== undefined) return only(withDialog(state, scrollDialog(state, dialog, step)));
  if (!("field" in dialog)) return only(state);
  const field = editTextField(dialog.field, press);
  return only(field === undefined ? state : withDialog(state, { ...dialog, field, problem: "", top: 0 }));
}

/** Pastes into a sink, a restriction, a token or a passphrase; a confirmation has to be typed. */
export function pasteInDialog(state: State, text: string): State {
  const { dialog } = state;
  if (dialog === null || !("field" in dialog)) return state;
  const takesPaste = ["destination", "destination-all", "restrict", "token", "passphrase"].includes(
    dialog.kind,
  );
  if (takesPaste) {
    const isSecret = dialog.kind === "token" || dialog.kind === "passphrase";
    // Neither a sink nor a restriction is a key, and both are kept.
    const given = isSecret ? text.trim() : state.judge.mask(text.trim());
    return withDialog(state, { ...dialog, field: insertText(dialog.field, given), problem: "" });
  }
  return withDialog(state, { ...dialog, problem: "pasting does not confirm: type the text" });
}
