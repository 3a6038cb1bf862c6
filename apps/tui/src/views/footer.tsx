import { formatAgo } from "@keywarden/inventory";
import { Box } from "ink";
import type { ReactNode } from "react";
import { nameKey } from "../commands/command-info.ts";
import { isOffered } from "../commands/commands.ts";
import { screenOf } from "../screens/screens.ts";
import type { State } from "../state/state.ts";
import { widthOf, type Segment } from "../text/paint-line.ts";
import { Spread } from "./line.tsx";

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
  if (dialog?.kind === "busy") return [];
  if (dialog?.kind === "outcome") return [["escape", "close"]];
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
const liveWithinMs = 5000;
const readWithinMs = 10_000;

/** Says how old what is on screen is; nothing where nothing is. */
function dataAge({ hasLoaded, loadedAtMs, nowMs }: State): string {
  return hasLoaded ? `not live: as of ${formatAgo(loadedAtMs, nowMs)}  ` : "";
}

function statusOf(state: State): readonly Segment[] {
  const { notice, failure, list, load, nowMs } = state;
  if (notice !== null) return [["warning", ` ${notice.text}`]];
  if (list.filter.problem !== null) return [["warning", ` ${list.filter.problem}`]];
  if (failure !== null) {
    const seconds = Math.max(0, Math.ceil((state.nextLoadAtMs - nowMs) / 1000));
    const retry = state.isPaused ? "paused" : load === null ? `next try in ${seconds} s` : "trying …";
    return [
      // The end of the line is what a narrow terminal cuts.
      ["danger", ` ! ${dataAge(state)}`],
      ["dim", `${retry}  `],
      ["plain", `${failure.message}  ${failure.advice}`],
    ];
  }
  if (state.isPaused)
    return [
      ["warning", " paused"],
      ["dim", `  as of ${formatAgo(state.loadedAtMs, nowMs)}; p goes on, R reads everything again`],
    ];
  if (!state.hasLoaded) return [["dim", " reading …"]];
  const reading: Segment = ["dim", load === null ? "" : "  reading everything again …"];
  // Only what is a few seconds old is live.
  if (!state.feed.isAbsent && nowMs - state.loadedAtMs <= liveWithinMs)
    return [["good", " live"], ["dim", "  within 2 s"], reading];
  if (state.feed.isAbsent && state.refreshMs <= readWithinMs)
    return [["good", " live"], ["dim", `  every ${Math.round(state.refreshMs / 1000)} s`], reading];
  return [["warning", ` as of ${formatAgo(state.loadedAtMs, nowMs)}`], reading];
}

/** The status line and the keys that matter most now, with the mode and the read-only marker. */
export function Footer({ state }: { readonly state: State }): ReactNode {
  const { columns: width, list } = state;
  const position = list.visible.length === 0 ? "0/0" : `${list.viewport.cursor + 1}/${list.visible.length}`;
  const right: readonly Segment[] = [
    // The header says it too, so a narrow terminal can do without.
    ["dim", width < narrowBelow ? "" : `${state.isWritable ? "write" : "read-only"} · `],
    ["bold", state.mode],
    ["dim", ` · ${position} `],
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
  return (
    <Box flexDirection="column">
      <Spread left={statusOf(state)} right={[]} />
      <Spread left={keys} right={right} />
    </Box>
  );
}
