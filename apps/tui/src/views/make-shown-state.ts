import { screenOf } from "../screens/screens.ts";
import { layoutScreen } from "../state/layout.ts";
import type { State } from "../state/state.ts";
import { statusLineOf } from "./status-line-of.ts";

/** Parts of a state that nobody sees by themselves: what they change shows in words that are compared below. */
const unseen: ReadonlySet<string> = new Set<keyof State>([
  "nowMs",
  "feed",
  "judged",
  "usedAtMs",
  "loadedAtMs",
  "nextLoadAtMs",
  "nextEndMs",
  "lastLoadId",
  "sorting",
  "successors",
  "replaced",
]);

/**
 * Gives the state that a screen has to be drawn from: the one before where the new one looks the same. Time passes once
 * a second and news are asked for all the time, but drawing costs some milliseconds each, so that a screen at rest does.
 */
export function makeShownState(): (state: State) => State {
  let shown: State | null = null;
  return (state) => {
    if (shown === null || !looksTheSame(shown, state)) shown = state;
    return shown;
  };
}

function looksTheSame(before: State, now: State): boolean {
  if (before === now) return true;
  for (const name of Object.keys(now) as readonly (keyof State)[]) {
    if (before[name] === now[name] || unseen.has(name)) continue;
    if (name === "readings" && hasSameValues(before, now)) continue;
    if (name === "calls" && now.screen !== "log") continue;
    // How far it has come is not shown.
    if (name === "scan" && before.scan !== null && now.scan !== null) continue;
    return false;
  }
  // What is open beside the list counts down and tells ages in words of its own.
  if (now.isPaneOpen || now.subject !== null || now.dialog !== null) return before.nowMs === now.nowMs;
  return (
    isSame(statusLineOf(before), statusLineOf(now)) &&
    isSame(headOf(before), headOf(now)) &&
    hasSameRows(before, now)
  );
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const headOf = (state: State): unknown => screenOf(state).head?.(state) ?? [];

function hasSameValues({ readings: before }: State, { readings: now }: State): boolean {
  const names = Object.keys(now) as readonly (keyof State["readings"])[];
  return names.every((name) =>
    (["value", "problem"] as const).every(
      (part) => (before[name]?.[part] ?? null) === (now[name]?.[part] ?? null),
    ),
  );
}

function hasSameRows(before: State, now: State): boolean {
  const { list } = now;
  const screen = screenOf(now);
  const top = list.viewport.top;
  const rows = list.visible.slice(top, top + layoutScreen(now).table);
  if (rows.length === 0) return isSame(screen.empty(before), screen.empty(now));
  return rows.every((row) =>
    screen.columns.every((column) => column.text(row, before.nowMs) === column.text(row, now.nowMs)),
  );
}
