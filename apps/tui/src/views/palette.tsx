import { Box } from "ink";
import type { ReactNode } from "react";
import { suggestCommands } from "../commands/commands.ts";
import { nameKey } from "../commands/command-info.ts";
import { fitText } from "@keywarden/inventory";
import type { State } from "../state/state.ts";
import { fieldSegments } from "./field-segments.ts";
import { Line, RuleLine } from "./line.tsx";

const nameWidth = 22;

/** The line where commands are typed, with what could be meant under it. */
export function PaletteLine({
  state,
  height,
}: {
  readonly state: State;
  readonly height: number;
}): ReactNode {
  const { field, chosen } = state.palette;
  const found = suggestCommands(state, field.value);
  const room = Math.max(0, height - 1);
  const top = Math.max(0, Math.min(chosen - room + 1, found.length - room));
  return (
    <Box flexDirection="column" height={height}>
      <RuleLine title={[["accent", ": "], ...fieldSegments(field)]} end={[["dim", `${found.length}`]]} />
      {found.slice(top, top + room).map((name, index) => {
        const info = state.commands.find(({ id }) => id === name);
        const isChosen = top + index === chosen;
        return (
          <Line
            key={name}
            segments={[
              [isChosen ? "bold" : "plain", `${isChosen ? ">" : " "} ${fitText(name, nameWidth)} `],
              ["dim", info === undefined ? "" : `${info.title}  `],
              ["accent", info === undefined ? "" : info.keys.map(nameKey).join(" ")],
            ]}
          />
        );
      })}
    </Box>
  );
}
