import { describeListCount } from "../state/rows/is-list-partial.ts";
import { formatCount } from "../text/format-count.ts";
import type { State } from "../state/state.ts";
import { describeChange, whereWords } from "./describe-change.ts";
import { chosenWords, totalWords, typedWords } from "./words-of.ts";
import { suggestCommands } from "../commands/commands.ts";
import { screenOf } from "../screens/screens.ts";

// Fifty changes in a second are one thing to hear of.
const totalsEveryMs = 15_000;

/** Makes what tells of each state in lines what is new in it. */
export function makeSpeaker(): (state: State) => readonly string[] {
  let before: State | null = null;
  let totals = "";
  let totalsAtMs = -Infinity;
  return (state) => {
    const first = before === null;
    const lines = before === null ? greet(state) : describeChange(before, state);
    const isAnother = before !== null && before.server !== state.server;
    before = state;
    const now = totalWords(state);
    // What was loaded just now has been said with its row.
    const isSaid = first || isAnother || lines.includes(now) || !state.hasLoaded;
    if (now === totals || (!isSaid && state.nowMs - totalsAtMs < totalsEveryMs)) return lines;
    [totals, totalsAtMs] = [now, state.nowMs];
    return isSaid ? lines : [...lines, now];
  };
}

const greet = (state: State): readonly string[] => [
  "Keywarden. j and k move, v reads everything again, question mark lists all commands.",
  ...whereWords(state),
  ...(state.hasLoaded ? [totalWords(state), ...chosenWords(state)] : []),
];

/** The last line: what is being typed, or where one is. */
export function promptOf(state: State): string {
  const { mode, list, palette } = state;
  if (mode === "filter") {
    const count =
      state.scan === null
        ? `${formatCount(list.visible.length)} of ${describeListCount(state, list.sorted.length)}`
        : "looking";
    return `filter, ${count}: ${list.filterField.value}`;
  }
  if (mode === "palette") {
    const suggestion = suggestCommands(state, palette.field.value)[palette.chosen];
    return `command${suggestion === undefined ? "" : `, ${suggestion}`}: ${palette.field.value}`;
  }
  return typedWords(state) ?? `${screenOf(state).title}${state.isWritable ? ", write" : ""}>`;
}
