import { layoutScreen, leastColumns, leastRows } from "../state/layout.ts";
import { helpHeight, helpLines } from "../state/help-lines.ts";
import type { State } from "../state/state.ts";
import { paintLine, paintRule } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { footerLines } from "./footer-lines.ts";
import { headerLines } from "./header-lines.ts";
import { paneLines } from "./pane-lines.ts";
import { tableLines } from "./table-lines.ts";

function tooSmall({ columns, rows }: State, paint: Paint): readonly string[] {
  const words = [
    `The terminal is ${columns}×${rows}.`,
    `Keywarden needs ${leastColumns}×${leastRows}.`,
    "Make it larger, or q.",
  ];
  return words.slice(0, rows).map((line) => paintLine([["plain", line]], columns, paint));
}

function helpScreen(state: State, paint: Paint): readonly string[] {
  const { columns, rows, helpTop } = state;
  const height = helpHeight(rows);
  const all = helpLines();
  const top = Math.max(0, Math.min(helpTop, all.length - height));
  const shown = all.slice(top, top + height);
  return [
    paintRule([["bold", "keys"]], columns, paint, top + height < all.length ? [["dim", "more below"]] : []),
    ...Array.from({ length: height }, (_, index) => paintLine(shown[index] ?? [], columns, paint)),
    ...footerLines(state, paint),
  ];
}

/** The whole screen, one string per line, never wider or higher than the terminal, and without a whole key. */
export function screenLines(state: State, paint: Paint): readonly string[] {
  // Each view masks what it shows; this is for the text that one of them forgets.
  return drawScreen(state, paint).map(state.judge.mask);
}

function drawScreen(state: State, paint: Paint): readonly string[] {
  if (layoutScreen(state).isTooSmall) return tooSmall(state, paint);
  if (state.mode === "help") return helpScreen(state, paint);
  return [
    ...headerLines(state, paint),
    ...tableLines(state, paint),
    ...paneLines(state, paint),
    ...footerLines(state, paint),
  ];
}
