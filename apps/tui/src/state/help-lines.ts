import { bindings, nameKey, type Binding } from "../keys/keymap.ts";
import { fitText } from "@keywarden/inventory";
import type { Segment } from "../text/paint-line.ts";

const keyWidth = 22;
const modes = {
  normal: "",
  filter: "while filtering",
  dialog: "in a dialog",
  help: "on this screen",
} as const satisfies Record<Binding["mode"], string>;

/** Every binding of the keymap, under the headings of their groups. */
export function helpLines(): readonly (readonly Segment[])[] {
  return [...Map.groupBy(bindings, ({ group }) => group)].flatMap(([group, members]) => [
    [
      ["bold", ` ${group}`],
      ["dim", `  ${modes[members[0]?.mode ?? "normal"]}`],
    ] as const,
    ...members.map(
      ({ keys, help }) =>
        [
          ["accent", `   ${fitText(keys.map(nameKey).join(" "), keyWidth)}`],
          ["plain", ` ${help}`],
        ] as const,
    ),
    [],
  ]);
}

/** Lines that the help text gets on a screen of so many rows. */
export function helpHeight(rows: number): number {
  return Math.max(1, rows - 3);
}
