import { screenOf } from "../screens/screens.ts";
import { layoutScreen, leastColumns, leastRows } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import { paintLine, paintRule } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { footerLines } from "./footer-lines.ts";
import { headerLines } from "./header-lines.ts";
import { paletteLines } from "./palette-lines.ts";
import { paneLines } from "./pane-lines.ts";
import { tableLines } from "./table-lines.ts";
import { wrapDialog } from "./wrap-dialog.ts";

/** The lines that a screen has above its table; they scroll where there are too many. */
function headLines(state: State, height: number, paint: Paint): readonly string[] {
  const lines = screenOf(state).head?.(state) ?? [];
  const hidden = lines.length - height;
  const top = Math.max(0, Math.min(state.paneTop, hidden));
  const shown = lines.slice(top, top + height);
  return shown.map((line, index) => {
    const isCut = hidden > 0 && index === shown.length - 1 && top < hidden;
    const left = lines.length - top - shown.length + 1;
    return paintLine(isCut ? [["dim", ` ${left} more lines: ctrl-e ctrl-y`]] : line, state.columns, paint);
  });
}

function linesBelow(state: State, height: number, paint: Paint): readonly string[] {
  const { columns, dialog } = state;
  if (dialog === null)
    return state.mode === "palette" ? paletteLines(state, height, paint) : paneLines(state, paint);
  // Words are broken between words where the terminal is narrow.
  const { title, lines, below } = wrapDialog(dialog, state, height - 1);
  const rule = paintRule([title], columns, paint, below === 0 ? [] : [["dim", `${below} more: pgdn`]]);
  return [rule, ...lines.map((line) => paintLine(line, columns, paint))];
}

const inHeight = (lines: readonly string[], height: number): readonly string[] =>
  Array.from({ length: height }, (_, index) => lines[index] ?? "");

/** Every line of the screen, from the first to the last: never wider or more than the terminal has, keys not masked yet. */
export function frameLines(state: State, paint: Paint): readonly string[] {
  const { columns, rows } = state;
  const { isTooSmall, pane, head } = layoutScreen(state);
  if (isTooSmall) {
    const [least, has] = [`${leastColumns}×${leastRows}`, `${columns}×${rows}`];
    // The size that is needed is what may not be cut.
    const words =
      columns < "Make it larger, or q.".length
        ? ["Keywarden needs", `${least}, has ${has}.`, "q quits."]
        : [`Keywarden needs ${least}.`, `The terminal is ${has}.`, "Make it larger, or q."];
    return words.slice(0, rows).map((line) => paintLine([["plain", line]], columns, paint));
  }
  return [
    ...headerLines(state, paint),
    ...(head > 0 ? inHeight(headLines(state, head, paint), head) : []),
    ...tableLines(state, paint),
    ...(pane > 0 ? inHeight(linesBelow(state, pane, paint), pane) : []),
    ...footerLines(state, paint),
  ];
}
