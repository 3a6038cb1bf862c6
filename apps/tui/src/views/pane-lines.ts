import { layoutScreen } from "../state/layout.ts";
import { selectedRow, type State } from "../state/state.ts";
import { paintLine, paintRule } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { detailLines } from "./detail-lines.ts";
import { dialogText } from "./dialog-lines.ts";
import { logLines } from "./log-lines.ts";

function content(state: State, height: number, paint: Paint): readonly string[] {
  const { columns: width, dialog, nowMs } = state;
  if (dialog !== null) {
    const { title, lines } = dialogText(dialog);
    return [paintRule([title], width, paint), ...lines.map((line) => paintLine(line, width, paint))];
  }
  if (state.pane === "log") {
    const rule = paintRule([["bold", "calls to the server"]], width, paint);
    return [rule, ...logLines(state.calls, height - 1, width, paint)];
  }
  const row = selectedRow(state);
  if (row === undefined) return [paintRule([["dim", "no key is selected"]], width, paint)];
  return [
    paintRule([["bold", row.name]], width, paint),
    ...detailLines(row, state.judge, nowMs, width, paint),
  ];
}

/** The part under the table: a dialog, the facts of a key, or the log. Always as many lines as the layout gives it. */
export function paneLines(state: State, paint: Paint): readonly string[] {
  const { pane } = layoutScreen(state);
  if (pane <= 0) return [];
  const lines = content(state, pane, paint);
  return Array.from({ length: pane }, (_, index) => lines[index] ?? "");
}
