import { fitText, textWidth, type KeyRow, type RatedItem } from "@keywarden/inventory";
import { csvCell } from "@keywarden/scan/report-parts";
import { writeFailure } from "./effects/describe-failure.ts";
import { makeTextField } from "./input/text-field.ts";
import type { Screen, ScreenColumn } from "./screens/screen.ts";
import { screenOf } from "./screens/screens.ts";
import type { Event } from "./state/event.ts";
import { goTo } from "./state/go-to-screen.ts";
import type { ScreenId } from "./screens/screen-id.ts";
import type { Effect } from "./state/effect.ts";
import { reduce } from "./state/reduce.ts";
import { sourceStandings } from "./state/source-standing.ts";
import { withFilter } from "./state/rows/filter-rows.ts";
import { makeState, type State, type StateOptions } from "./state/state.ts";
import { TuiError } from "./tui-error.ts";

export interface OnceOptions {
  readonly state: StateOptions;
  readonly screen: ScreenId;
  readonly filter: string;
  readonly format: "table" | "json" | "csv";
  /** Does the work that a screen asks for, and tells what came of it. */
  readonly makePerformer: (send: (event: UntimedEvent) => void) => (effect: Effect) => Promise<void>;
  readonly now: () => number;
}

type UntimedEvent = Event extends infer E ? (E extends unknown ? Omit<E, "atMs"> : never) : never;

export interface Printed {
  readonly text: string;
  readonly hasOverdue: boolean;
  /** What could not be read, in sentences; the text is then not the whole truth. */
  readonly unknown: readonly string[];
}

/**
 * Reads a screen once and writes it as text: what the screen shows, without a screen.
 *
 * @throws TuiError TUI_FILTER for a filter that cannot be read, TUI_SERVER where the inventory cannot be
 */
export async function printOnce(options: OnceOptions): Promise<Printed> {
  const { now } = options;
  let state = makeState(options.state);
  let work: Promise<void>[] = [];
  const perform = options.makePerformer((event) => take({ ...event, atMs: now() }));
  const ask = (effects: readonly Effect[]) => {
    // What a screen asks for to stay live is not needed for one look.
    for (const effect of effects) {
      if (effect.kind === "load" || effect.kind === "read-source") work.push(perform(effect));
      if (effect.kind === "scan") take({ kind: "scan", atMs: now() });
    }
  };
  const take = (event: Event) => {
    const [next, effects] = reduce(state, event);
    state = next;
    ask(effects);
  };
  const [opened, effects] = goTo(state, options.screen);
  state = opened;
  ask(effects);
  take({ kind: "start", atMs: now() });
  while (work.length > 0) {
    const under = work;
    work = [];
    await Promise.all(under);
  }
  if (state.failure !== null) throw new TuiError("TUI_SERVER", writeFailure(state.failure));
  state = withFilter(state, makeTextField(options.filter));
  const { problem } = state.list.filter;
  if (problem !== null) throw new TuiError("TUI_FILTER", `--filter: ${problem}`);
  return {
    text: writers[options.format](state, screenOf(state)),
    hasOverdue: rowsOf(state).some((row) => isOverdue(screenOf(state), row, state)),
    unknown: unknownOf(state),
  };
}

const rowsOf = ({ list }: State): readonly unknown[] => list.visible;

/** Whether it is past its time: on Next, what is exposed is, and whatever else had to be done by now. */
function isOverdue(screen: Screen, row: unknown, state: State): boolean {
  if (screen.id === "next") {
    const { reason, byMs } = row as RatedItem;
    return reason === "exposed" || (byMs !== null && byMs <= state.nowMs);
  }
  return screen.fromKey !== undefined && screen.keyOf(row, state)?.rotation.state === "overdue";
}

function unknownOf(state: State): readonly string[] {
  // Beside other sources, exposures that nobody asked for are left out; by themselves they are all that was asked for.
  if (state.screen === "exposures" && !state.hasApp)
    return ["exposures are unknown: no GitHub App is configured"];
  return sourceStandings(state, screenOf(state).load).flatMap(({ source, newest, problem }) => [
    ...(problem === "" ? [] : [`${source} could not be read: ${problem}`]),
    ...(newest === null ? [] : [`only the newest ${newest} of ${source} were read`]),
  ]);
}

const writers: Readonly<Record<OnceOptions["format"], (state: State, screen: Screen) => string>> = {
  table: (state, screen) => {
    const rows = rowsOf(state);
    if (rows.length === 0)
      return `${screen
        .empty(state)
        .map((line) => line.map(([, text]) => text).join(""))
        .filter((line) => line.trim() !== "")
        .map((line) => line.trim())
        // On paper there is no key to press.
        .filter((line) => !line.startsWith("Press "))
        .join("\n")}\n`;
    const positioned = screen.columns.map((column) => ({
      ...column,
      cells: rows.reduce<number>(
        (widest, row) => Math.max(widest, textWidth(column.text(row, state.nowMs))),
        column.title.length,
      ),
    }));
    const titles = positioned.map(({ title, cells, align }) => fitText(title, cells, align));
    const lines = rows.map((row) =>
      positioned
        .map((column) => fitText(column.text(row, state.nowMs), column.cells, column.align))
        .join("  "),
    );
    return [titles.join("  "), ...lines].map((line) => `${line.trimEnd()}\n`).join("");
  },
  csv: (state, { columns }) =>
    [
      columns.map(({ id }) => id),
      ...rowsOf(state).map((row) => columns.map((column) => valueOf(column, row, state) ?? "")),
    ]
      .map((cells) => `${cells.map(csvCell).join(",")}\n`)
      .join(""),
  json: (state, screen) => {
    const rows = rowsOf(state).map((row) => {
      const key = screen.keyOf(row, state);
      const told = Object.fromEntries(
        screen.columns
          .filter(({ id }) => key === undefined || screen.fromKey === undefined || !saidByMoments.has(id))
          .map((column) => [column.id, valueOf(column, row, state)]),
      );
      return screen.fromKey === undefined || key === undefined
        ? told
        : { ...told, ...keyFields(key), ...nextFields(row, screen) };
    });
    const asOf = new Date(state.nowMs).toISOString();
    return `${JSON.stringify({ screen: screen.id, asOf, rows }, null, 2)}\n`;
  },
};

/** A moment is told as it is: an age would be that of the printing. */
const valueOf = (column: ScreenColumn, row: unknown, { nowMs }: State): string | null =>
  column.value === undefined ? column.text(row, nowMs) : column.value(row);

// The moments of a key stand beside its other fields.
const saidByMoments: ReadonlySet<string> = new Set(["age", "last-used"]);

/** What a program needs of a key: values in place of the words that people read. */
function keyFields({
  id,
  name,
  provider,
  kind,
  environment,
  owner,
  tags,
  generation,
  rotation,
  usage,
  facts,
  told,
}: KeyRow) {
  const moment = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id,
    name,
    provider,
    kind,
    environment,
    owner,
    tags,
    generation,
    state: told.state,
    rotation: rotation.state,
    usage: usage.state,
    secretCreatedAt: moment(facts.secretCreatedAtMs),
    lastUsedAt: moment(facts.lastUsedAtMs),
    graceUntil: moment(facts.graceUntilMs),
  };
}

function nextFields(row: unknown, { id }: Screen) {
  if (id !== "next") return {};
  const { reason, what, todo, byMs } = row as RatedItem;
  return { reason, what, todo, by: byMs === null ? null : new Date(byMs).toISOString() };
}
