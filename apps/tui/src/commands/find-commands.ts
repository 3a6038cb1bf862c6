import { makeTextField } from "../input/text-field.ts";
import { screenOf } from "../screens/screens.ts";
import { goTo } from "../state/go-to-screen.ts";
import { typeFilter } from "../state/rows/filter-rows.ts";
import { dropMarks, markRange, toggleAllMarks, toggleMark } from "../state/rows/mark-rows.ts";
import { selectedRow } from "../state/rows/show-rows.ts";
import { withSort } from "../state/rows/sort-list.ts";
import type { State } from "../state/state.ts";
import { only, withNotice, type Step } from "../state/step.ts";
import { defineCommands } from "./command.ts";
import { moveDown } from "./move-commands.ts";

/** Sorts by a column, or turns the order round when it is sorted by that column already. */
function sortBy(state: State, column: string): Step {
  if (!screenOf(state).columns.some(({ id }) => id === column))
    return only(withNotice(state, `there is no column ${column} here`));
  const { sort } = state.sorting ?? state.list;
  const isSame = sort.column === column;
  const direction = isSame && sort.direction === "ascending" ? "descending" : "ascending";
  return only(withSort(state, { column, direction }));
}

const hasColumn =
  (column: string) =>
  (state: State): boolean =>
    screenOf(state).columns.some(({ id }) => id === column);

const letters = [
  ["name", "by name; press again to reverse the order"],
  ["provider", "by provider"],
  ["kind", "by kind"],
  ["environment", "by environment, production first"],
  ["rotation", "by rotation status, overdue first"],
  ["usage", "by usage, never used first"],
  ["age", "by age of the secret, youngest first"],
  ["last-used", "by last use, most recent first"],
  ["owner", "by owner"],
] as const;

/** Finding and ordering rows. */
export const findCommands = defineCommands("Find", [
  {
    id: "filter",
    short: "filter",
    title: "filter: words, !not, ~letters, status: usage: env: provider: tag: owner: age>90d unused>90d",
    argument: "query",
    run: (state, query) =>
      query === "" ? only({ ...state, mode: "filter" }) : only(typeFilter(state, makeTextField(query))),
  },
  {
    id: "view",
    short: "view",
    title: "keys that pass a filter with a name",
    argument: "name",
    complete: ({ views }) => [...views.keys()],
    run: (state, name) => {
      const query = state.views.get(name);
      return query === undefined
        ? only(withNotice(state, `there is no view ${name}: there are ${[...state.views.keys()].join(", ")}`))
        : goTo(state, "keys", null, query);
    },
  },
  {
    id: "sort",
    short: "sort",
    title: "sort by the next column, or by the one that is named",
    argument: "column",
    complete: (state) => screenOf(state).columns.map(({ id }) => id),
    run: (state, column) => {
      if (column !== "") return sortBy(state, column);
      const { columns } = screenOf(state);
      const at = columns.findIndex(({ id }) => id === (state.sorting ?? state.list).sort.column);
      return sortBy(state, columns[(at + 1) % columns.length]?.id ?? "");
    },
  },
  ...letters.map(([column, how]) => ({
    id: `sort-${column}`,
    short: column,
    title: `sort ${how}`,
    when: hasColumn(column),
    run: (state: State) => sortBy(state, column),
  })),
  {
    id: "mark",
    short: "mark",
    title: "mark the row: the next change is about all marked ones",
    when: (state) => screenOf(state).fromKey !== undefined,
    run: (state) => {
      const row = selectedRow(state);
      return row === undefined ? only(state) : moveDown(toggleMark(state, screenOf(state).idOf(row)));
    },
  },
  {
    id: "mark-all",
    short: "mark all",
    title: "mark all that pass the filter, or take their marks away",
    when: (state) => screenOf(state).fromKey !== undefined,
    run: (state) => only(toggleAllMarks(state)),
  },
  {
    id: "mark-range",
    short: "mark range",
    title: "mark all from the nearest marked row to this one",
    when: (state) => screenOf(state).fromKey !== undefined,
    run: (state) => only(markRange(state)),
  },
  {
    id: "unmark",
    short: "unmark",
    title: "take all marks away",
    when: ({ list }) => list.marked.size > 0 || "no row is marked",
    run: (state) => only(dropMarks(state)),
  },
]);
