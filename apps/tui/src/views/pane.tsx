import {
  fitText,
  formatAgo,
  identityFacts,
  textWidth,
  timeFacts,
  type Fact,
  type KeyRow,
} from "@keywarden/inventory";
import { Box } from "ink";
import type { ReactNode } from "react";
import { screenOf } from "../screens/screens.ts";
import { layoutScreen, wideFrom } from "../state/layout.ts";
import { selectedKey, selectedRow } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";
import { Line, RuleLine } from "./line.tsx";

const labelWidth = 13;
const gutter = 3;

const factLine = ({ label, tone, text }: Fact, width: number): readonly Segment[] => [
  ["dim", ` ${fitText(label, labelWidth + 1)}  `],
  [tone, fitText(text, Math.max(0, width - labelWidth - gutter - 1))],
];

/** What happened to the key of the pane since it was opened. */
function changeOf({ paneKey, byId, nowMs }: State): readonly Segment[] {
  if (paneKey === null) return [];
  const now = byId.get(paneKey.id);
  if (now === undefined) return [["warning", "no longer in the inventory"]];
  const { revokedAtMs, secretCreatedAtMs } = now.facts;
  if (revokedAtMs !== null && paneKey.facts.revokedAtMs === null)
    return [["warning", `revoked ${formatAgo(revokedAtMs, nowMs)}`]];
  return now.generation === paneKey.generation
    ? []
    : [["warning", `rotated ${formatAgo(secretCreatedAtMs, nowMs)}, generation ${now.generation}`]];
}

/** The facts of the pane, in columns that stand beside each other. */
function columnsOf(state: State, key: KeyRow | undefined): readonly (readonly Fact[])[] {
  if (key === undefined) {
    const row = selectedRow(state);
    return [row === undefined ? [] : screenOf(state).detail(row, state)];
  }
  const identity = identityFacts(key, state.judge);
  const times = timeFacts(key, state.judge, state.nowMs);
  if (state.columns >= wideFrom) return [identity, times];
  // The most telling facts come first, in case the pane is low.
  const [first, ...others] = identity;
  return [[...(first === undefined ? [] : [first]), ...times, ...others]];
}

function widthsOf(facts: readonly (readonly Fact[])[], columns: number): readonly number[] {
  const [left = []] = facts;
  if (facts.length < 2) return [columns];
  const widest = Math.max(0, ...left.map(({ text }) => textWidth(text)));
  const width = Math.min(Math.max(widest + labelWidth + gutter + 2, 48), Math.floor(columns / 2));
  return [width, columns - width];
}

/** All facts of the row under the cursor, or of the key that the pane was opened for. */
export function Pane({ state }: { readonly state: State }): ReactNode {
  const { paneKey, byId, columns, paneTop } = state;
  const { pane: height } = layoutScreen(state);
  const key = paneKey === null ? selectedKey(state) : (byId.get(paneKey.id) ?? paneKey);
  const facts = columnsOf(state, key);
  const room = Math.max(0, height - 1);
  const hidden = Math.max(0, ...facts.map(({ length }) => length)) - room;
  const top = Math.max(0, Math.min(paneTop, hidden));
  const widths = widthsOf(facts, columns);
  const more: readonly Segment[] = hidden > 0 ? [["dim", `${hidden} more: ctrl-e ctrl-y`]] : [];
  const change = changeOf(state);
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
