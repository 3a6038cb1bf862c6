import { suggestCommands } from "../commands/commands.ts";
import { nameKey } from "../commands/command-info.ts";
import { fitText } from "@keywarden/inventory";
import type { State } from "../state/state.ts";
import { fieldSegments } from "./field-segments.ts";
import { paintLine, paintRule, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";

const nameWidth = 22;

/** The line where commands are typed, with what could be meant under it. */
export function paletteLines(state: State, height: number, paint: Paint): readonly string[] {
  const { columns } = state;
  const { field, chosen } = state.palette;
  const found = suggestCommands(state, field.value);
  const room = Math.max(0, height - 1);
  const top = Math.max(0, Math.min(chosen - room + 1, found.length - room));
  const rule = paintRule([["accent", ": "], ...fieldSegments(field)], columns, paint, [
    ["dim", `${found.length}`],
  ]);
  const suggested = found.slice(top, top + room).map((name, index) => {
    const info = state.commands.find(({ id }) => id === name);
    const isChosen = top + index === chosen;
    const line: readonly Segment[] = [
      [isChosen ? "bold" : "plain", `${isChosen ? ">" : " "} ${fitText(name, nameWidth)} `],
      ["dim", info === undefined ? "" : `${info.title}  `],
      ["accent", info === undefined ? "" : info.keys.map(nameKey).join(" ")],
    ];
    return paintLine(line, columns, paint);
  });
  return [rule, ...suggested];
}
