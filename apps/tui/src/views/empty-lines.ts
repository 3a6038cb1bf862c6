import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";

/** What the table says when it has no row to show, and what to do about it. */
export function emptyLines(state: State): readonly (readonly Segment[])[] {
  if (state.totals.keys > 0) {
    return [
      [],
      [["bold", "  No key passes the filter."]],
      [["dim", "  Press esc to drop it, or / to change it."]],
    ];
  }
  if (state.failure !== null) {
    return [
      [],
      [["danger", "  The inventory could not be read."]],
      [["plain", `  ${state.failure.message}`]],
      [["dim", `  ${state.failure.advice}`]],
    ];
  }
  if (!state.hasLoaded) return [[], [["dim", "  Reading the inventory …"]]];
  return [
    [],
    [["bold", "  The server has no keys yet."]],
    [
      [
        "dim",
        "  keywarden keys create --provider aforo --name payments --environment production --to env:.env#KEY",
      ],
    ],
  ];
}
