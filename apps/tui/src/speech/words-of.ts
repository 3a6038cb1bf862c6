import { describeListCount } from "../state/rows/is-list-partial.ts";
import { formatCount } from "../text/format-count.ts";
import { screenOf } from "../screens/screens.ts";
import { selectedRow } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";
import { targetChanges } from "../views/target-changes.ts";
import { dialogText } from "../views/dialog-lines.ts";
import { withPresentUse } from "../views/with-present-use.ts";

// A voice reads every block of a bar, and every piece of a frame.
const drawn = /[\u2500-\u259F]+/gu;

/** A line as it is read out: its words, without what is only drawn. */
export function wordsOf(line: readonly Segment[]): string {
  const text = line.map(([, part]) => part).join("");
  return text
    .replaceAll(drawn, " ")
    .replaceAll(/\s{2,}/gu, "  ")
    .replace(/^[\s·]+/u, "")
    .trimEnd();
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A row with its place in the list, and each fact with the title of its column. */
export function rowWords(state: State, row: unknown, index: number): string {
  const { list, nowMs } = state;
  const screen = screenOf(state);
  const name = screen.nameOf(row);
  const facts = screen.columns.flatMap((column) => {
    const text = column.text(row, nowMs).trim();
    return text === "" || text === name ? [] : [`${column.title.toLowerCase()} ${text}`.trim()];
  });
  const mark = list.marked.has(screen.idOf(row)) ? ", marked" : "";
  return `${name}, ${formatCount(index + 1)} of ${describeListCount(state, list.visible.length)}${mark}. ${capital(facts.join(", "))}.`;
}

/** The row under the cursor, or why there is none. */
export function chosenWords(state: State): readonly string[] {
  const row = selectedRow(state);
  if (row !== undefined) return [rowWords(state, row, state.list.viewport.cursor)];
  return screenOf(state)
    .empty(state)
    .map(wordsOf)
    .filter((line) => line !== "");
}

/** How many keys there are, and how they stand. */
export function totalWords({ totals, hasLoaded }: State): string {
  const { keys, overdue, due, inGrace } = totals;
  const count = `${keys} ${keys === 1 ? "key" : "keys"}${hasLoaded ? "" : " so far"}`;
  return `${count}: ${overdue} overdue, ${due} due, ${inGrace} in grace.`;
}

const caret = "▏";

/** The lines of a dialog without the one that is typed in, which the prompt shows. */
export function dialogWords(state: State): readonly string[] {
  const { dialog } = state;
  if (dialog === null) return [];
  const { title, lines } = dialogText(withPresentUse(dialog, state));
  const read = lines.filter((line) => line.every(([, text]) => text !== caret));
  return [wordsOf([title]), ...targetChanges(dialog, state).map(wordsOf), ...read.map(wordsOf)];
}

/** The line of a dialog that is typed in; null where there is none. */
export function typedWords({ dialog }: State): string | null {
  if (dialog === null) return null;
  const line = dialogText(dialog).lines.find((segments) => segments.some(([, text]) => text === caret));
  return line === undefined ? null : wordsOf(line);
}
