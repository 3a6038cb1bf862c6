import { describeListCount } from "../state/rows/is-list-partial.ts";
import { formatCount } from "../text/format-count.ts";
import { screenOf } from "../screens/screens.ts";
import { selectedRow } from "../state/rows/show-rows.ts";
import { layoutScreen } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import { paneChangeOf, paneFacts } from "../views/pane-facts.ts";
import { statusLineOf } from "../views/status-line-of.ts";
import { chosenWords, dialogWords, rowWords, totalWords, wordsOf } from "./words-of.ts";

type Lines = readonly string[];
type Describe = (before: State, after: State) => Lines;

const headWords = (state: State): Lines => (screenOf(state).head?.(state) ?? []).map(wordsOf);

/** Where one is: server, rights, screen, and what the screen says above its list. */
export function whereWords(state: State): Lines {
  const { server, contextName, isProduction, isWritable } = state;
  const { title, about } = screenOf(state);
  const name = contextName === "" ? server : `${contextName}, ${server}`;
  return [
    `${title}: ${about}.`,
    `At ${name}${isProduction ? ", PRODUCTION" : ""}, ${isWritable ? "changes are allowed" : "read-only"}.`,
    ...headWords(state),
  ];
}

/** All that the screen shows, from its place to the rows in sight. */
function everything(state: State): Lines {
  const { list } = state;
  const { top } = list.viewport;
  const rows = list.visible.slice(top, top + layoutScreen(state).table);
  return [
    ...whereWords(state),
    totalWords(state),
    wordsOf(statusLineOf(state)),
    ...(rows.length === 0 ? chosenWords(state) : rows.map((row, at) => rowWords(state, row, top + at))),
    ...(state.isPaneOpen ? paneWords(state) : []),
    ...dialogWords(state),
  ];
}

const paneWords = (state: State): Lines =>
  paneFacts(state)
    .flat()
    .map(({ label, text }) => `${label}: ${text}`);

const isSameScreen = (before: State, after: State): boolean =>
  before.screen === after.screen && before.subject === after.subject && before.server === after.server;

const describeScreen: Describe = (before, after) => {
  if (after.readCount !== before.readCount) return everything(after);
  if (!isSameScreen(before, after)) return [...whereWords(after), ...chosenWords(after)];
  if (!before.hasLoaded && after.hasLoaded) return [totalWords(after), ...chosenWords(after)];
  const said = new Set(headWords(before));
  // What counts down is not new each second.
  return after.subject === null || before.readings === after.readings
    ? []
    : headWords(after).filter((line) => !said.has(line));
};

const idOf = (state: State): string | null => {
  const row = selectedRow(state);
  return row === undefined ? null : screenOf(state).idOf(row);
};

const standingOf = (state: State): string => {
  const row = selectedRow(state);
  const key = row === undefined ? undefined : screenOf(state).keyOf(row, state);
  return key === undefined ? "" : `${key.rotation.state}, ${key.usage.state}`;
};

const describeRow: Describe = (before, after) => {
  if (!isSameScreen(before, after) || !before.hasLoaded || after.mode === "filter") return [];
  const isOther = idOf(before) !== idOf(after) || before.list.marked !== after.list.marked;
  const isChanged = standingOf(before) !== standingOf(after);
  const hasLeft = before.mode === "filter";
  if (isOther || isChanged || hasLeft) return chosenWords(after);
  if (after.list.visible.length > 0) return [];
  // Why there is no row can change, too: what was being read is read.
  const said = new Set(chosenWords(before));
  return chosenWords(after).filter((line) => !said.has(line));
};

const describeFilter: Describe = (before, after) => {
  const { list, mode } = after;
  if (list.filter.problem !== null && list.filter.problem !== before.list.filter.problem)
    return [list.filter.problem];
  const hasEnded = before.mode === "filter" && mode !== "filter";
  const { value } = list.filterField;
  if (!hasEnded && (mode === "filter" || value === before.list.filterField.value)) return [];
  if (!isSameScreen(before, after)) return [];
  const count = `${formatCount(list.visible.length)} of ${describeListCount(after, list.sorted.length)} rows`;
  return [value === "" ? `No filter: ${count}.` : `Filter ${value}: ${count}.`];
};

const describeSort: Describe = (before, after) => {
  const { column, direction } = after.list.sort;
  const isSame = column === before.list.sort.column && direction === before.list.sort.direction;
  return isSame || !isSameScreen(before, after) ? [] : [`Sorted by ${column}, ${direction}.`];
};

const describePane: Describe = (before, after) => {
  const change = wordsOf(paneChangeOf(after));
  const news = after.isPaneOpen && change !== "" && wordsOf(paneChangeOf(before)) === "" ? [change] : [];
  if (after.isPaneOpen === before.isPaneOpen) return news;
  return after.isPaneOpen ? paneWords(after) : ["Details closed."];
};

const describeDialog: Describe = (before, after) => {
  const [was, is] = [before.dialog, after.dialog];
  if (was === is && before.byId === after.byId) return [];
  if (is === null) return was === null ? [] : ["The dialog is closed."];
  // A dialog that says more says only that.
  const said = new Set(was?.kind === is.kind && was.openedAtMs === is.openedAtMs ? dialogWords(before) : []);
  return dialogWords(after).filter((line) => !said.has(line));
};

const describeNews: Describe = (before, after) => {
  const lines: string[] = [];
  if (after.notice !== null && after.notice.text !== before.notice?.text) lines.push(after.notice.text);
  if (after.failure !== null && after.failure.message !== before.failure?.message)
    lines.push(`Not live: ${after.failure.message} ${after.failure.advice}`);
  if (after.failure === null && before.failure !== null) lines.push("Live again.");
  if (after.isPaused !== before.isPaused) lines.push(after.isPaused ? "Paused." : "Following changes again.");
  if (after.isWritable !== before.isWritable && isSameScreen(before, after) && after.notice === before.notice)
    lines.push(after.isWritable ? "Changes are allowed." : "Read-only.");
  return lines;
};

const parts: readonly Describe[] = [
  describeNews,
  describeDialog,
  describeScreen,
  describeFilter,
  describeSort,
  describeRow,
  describePane,
];

/** Says in lines what an operator has to hear of a change, most urgent first; nothing of what only looks different. */
export function describeChange(before: State, after: State): Lines {
  if (before === after) return [];
  const lines = parts.flatMap((describe) => describe(before, after)).filter((line) => line !== "");
  return [...new Set(lines)];
}
