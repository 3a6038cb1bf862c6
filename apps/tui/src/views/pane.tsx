import { fitText, textWidth, type Fact } from "@keywarden/inventory";
import { Box } from "ink";
import type { ReactNode } from "react";
import { screenOf } from "../screens/screens.ts";
import { layoutScreen } from "../state/layout.ts";
import { selectedRow } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";
import { Line, RuleLine } from "./line.tsx";
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
export function Pane({ state }: { readonly state: State }): ReactNode {
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
  return (
    <Box flexDirection="column" height={height}>
      <RuleLine
        title={[[key === undefined ? "dim" : "bold", title]]}
        end={change.length > 0 ? change : more}
      />
      <Box>
        {facts.map((column, index) => (
          <Box key={index} flexDirection="column" width={widths[index] ?? columns}>
            {column.slice(top, top + room).map((fact) => (
              <Line
                key={fact.label}
                segments={factLine(fact, widths[index] ?? columns)}
                width={widths[index] ?? columns}
              />
            ))}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
