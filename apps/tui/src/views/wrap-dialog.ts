import type { Dialog } from "../state/dialog.ts";
import type { Segment } from "../text/paint-line.ts";
import { wrapLine } from "../text/wrap-line.ts";
import type { State } from "../state/state.ts";
import { dialogText, type DialogText } from "./dialog-lines.ts";
import { caretBar } from "./field-segments.ts";
import { targetChanges } from "./target-changes.ts";
import { withPresentUse } from "./with-present-use.ts";

/** The part of a dialog's words that is on screen. */
export interface WrappedDialog {
  readonly title: DialogText["title"];
  readonly lines: readonly (readonly Segment[])[];
  /** How many lines can be scrolled past. */
  readonly hidden: number;
  /** How many stand below what is shown. */
  readonly below: number;
}

/** On a low screen the words move with the caret, with what is wrong or meant there below it. */
function topOfCaret(lines: readonly (readonly Segment[])[], height: number): number {
  const caret = lines.findIndex((line) =>
    line.some(([tone, text]) => tone === "accent" && text === caretBar),
  );
  return Math.max(0, Math.min(lines.length - height, caret - Math.max(0, height - linesBelow)));
}

const linesBelow = 3;

/** Whether what is typed has to be seen: in a form always, and elsewhere once something is. */
const followsCaret = (dialog: Dialog): boolean =>
  dialog.kind === "restrict" || ("field" in dialog && dialog.field.value !== "" && (dialog.top ?? 0) === 0);

/** Breaks the words of a dialog between words, and takes as many lines as there is room for. */
export function wrapDialog(dialog: Dialog, state: State, height: number): WrappedDialog {
  const { columns } = state;
  const { title, lines: words } = dialogText(withPresentUse(dialog, state));
  // What stops the change comes before everything that was true when the dialog opened.
  const lines = [...targetChanges(dialog, state), ...words];
  const wrapped = lines.flatMap((line) => wrapLine(line, columns));
  const hidden = Math.max(0, wrapped.length - Math.max(0, height));
  const top = followsCaret(dialog) ? topOfCaret(wrapped, height) : Math.min(hidden, dialog.top ?? 0);
  const shown = wrapped.slice(top, top + Math.max(0, height));
  return { title, lines: shown, hidden, below: hidden - top };
}
