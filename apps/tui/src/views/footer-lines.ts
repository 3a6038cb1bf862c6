import { nameKey } from "../commands/command-info.ts";
import { isOffered } from "../commands/commands.ts";
import { screenOf } from "../screens/screens.ts";
import { isListPartial } from "../state/rows/is-list-partial.ts";
import type { State } from "../state/state.ts";
import { formatCount } from "../text/format-count.ts";
import { paintLine, paintSpread, widthOf, type Segment } from "../text/paint-line.ts";
import type { Paint } from "../theme.ts";
import { statusLineOf } from "./status-line-of.ts";

type Hint = readonly [key: string, word: string];

function hintsOf(state: State): readonly Hint[] {
  const { mode, dialog } = state;
  if (mode === "filter")
    return [
      ["enter", "keep"],
      ["escape", "drop"],
      ["down", "down"],
    ];
  if (mode === "palette")
    return [
      ["enter", "run"],
      ["tab", "complete"],
      ["escape", "close"],
    ];
  if (mode === "normal") {
    return screenOf(state).actions.flatMap((id): readonly Hint[] => {
      const info = state.commands.find((command) => command.id === id);
      return info === undefined || info.keys[0] === undefined || isOffered(state, id) !== true
        ? []
        : [[info.keys[0], info.short]];
    });
  }
  if (dialog?.kind === "busy") return dialog.stop === "offered" ? [["escape", "stop"]] : [];
  if (dialog?.kind === "outcome") return [["escape", "close"]];
  if (dialog?.kind === "restrict" && dialog.fields !== null)
    return [
      ["enter", "plan"],
      ["tab", "next field"],
      ["escape", "cancel"],
    ];
  return dialog?.kind === "unlock"
    ? [
        ["y", "yes"],
        ["escape", "cancel"],
      ]
    : [
        ["enter", "confirm"],
        ["escape", "cancel"],
      ];
}

const narrowBelow = 72;
/** The status line and the keys that matter most now, with the mode and the read-only marker. */
export function footerLines(state: State, paint: Paint): readonly string[] {
  const { columns: width, list } = state;
  const { length } = list.visible;
  const isPart = length > 0 && isListPartial(state);
  const position =
    state.scan !== null
      ? "…"
      : length === 0
        ? "0/0"
        : `${formatCount(list.viewport.cursor + 1)}/${formatCount(length)}${isPart ? "+" : ""}`;
  const right: readonly Segment[] = [
    // The header says it too, so a narrow terminal can do without.
    ["dim", width < narrowBelow ? "" : `${state.isWritable ? "write" : "read-only"} · `],
    ["bold", state.mode],
    // How to leave a dialog is worth more than where the list stands behind it.
    ["dim", state.mode === "dialog" && width < narrowBelow ? " " : ` · ${position} `],
  ];
  const keys: Segment[] = [];
  for (const [key, word] of hintsOf(state)) {
    const hint: readonly Segment[] = [
      ["bold", ` ${nameKey(key)}`],
      ["dim", ` ${word} `],
    ];
    // A hint is whole or absent.
    if (widthOf(keys) + widthOf(hint) + widthOf(right) + 1 > width) break;
    keys.push(...hint);
  }
  return [paintLine(statusLineOf(state), width, paint), paintSpread(keys, right, width, paint)];
}
