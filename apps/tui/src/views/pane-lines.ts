import { fitText, textWidth, type Fact } from "@keywarden/inventory";
import { screenOf } from "../screens/screens.ts";
import { layoutScreen } from "../state/layout.ts";
import { selectedRow } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import { paintLine, paintRule, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { paneChangeOf, paneFacts, paneKeyOf } from "./pane-facts.ts";

const labelWidth = 13;
const gutter = 3;

const factLine = ({ label, tone, text }: Fact, width: number): readonly Segment[] => [
  ["dim", ` ${fitText(label, labelWidth + 1)}  `],
  [tone, fitText(text, Math.max(0, width - labelWidth - gutter - 1))],
];

function widthsOf(facts: readonly (readonly Fact[])[], columns: number): readonly number[] {
  const [left = []] = facts;
  if (facts.length < 2) return [columns];
  const widest = Math.max(0, ...left.map(({ text }) => textWidth(text)));
  const width = Math.min(Math.max(widest + labelWidth + gutter + 2, 48), Math.floor(columns / 2));
  return [width, columns - width];
}

/** All facts of the row under the cursor, or of the key that the pane was opened for. */
export function paneLines(state: State, paint: Paint): readonly string[] {
  const { columns, paneTop } = state;
  const { pane: height } = layoutScreen(state);
  const key = paneKeyOf(state);
  const facts = paneFacts(state);
  const room = Math.max(0, height - 1);
  const hidden = Math.max(0, ...facts.map(({ length }) => length)) - room;
  const top = Math.max(0, Math.min(paneTop, hidden));
  const widths = widthsOf(facts, columns);
  const more: readonly Segment[] = hidden > 0 ? [["dim", `${hidden} more: ctrl-e ctrl-y`]] : [];
  const change = paneChangeOf(state);
  const row = selectedRow(state);
  const title = key?.name ?? (row === undefined ? "nothing is selected" : screenOf(state).nameOf(row));
  const rule = paintRule(
    [[key === undefined ? "dim" : "bold", title]],
    columns,
    paint,
    change.length > 0 ? change : more,
  );
  const besides = Array.from({ length: room }, (_, line) =>
    facts.map((column, index) => {
      const width = widths[index] ?? columns;
      const shown = column[top + line];
      return shown === undefined ? " ".repeat(width) : paintLine(factLine(shown, width), width, paint);
    }),
  );
  return [rule, ...besides.map((parts) => parts.join(""))];
}
