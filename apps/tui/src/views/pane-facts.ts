import { formatAgo, identityFacts, timeFacts, type Fact, type KeyRow } from "@keywarden/inventory";
import { screenOf } from "../screens/screens.ts";
import { wideFrom } from "../state/layout.ts";
import { selectedKey, selectedRow } from "../state/rows/show-rows.ts";
import type { State } from "../state/state.ts";
import type { Segment } from "../text/paint-line.ts";

/** The key that the pane is about, as it is now or was last; none where its row is about no key. */
export function paneKeyOf(state: State): KeyRow | undefined {
  const { paneKey, byId } = state;
  return paneKey === null ? selectedKey(state) : (byId.get(paneKey.id) ?? paneKey);
}

/** What happened to the key of the pane since it was opened. */
export function paneChangeOf({ paneKey, byId, nowMs }: State): readonly Segment[] {
  if (paneKey === null) return [];
  const now = byId.get(paneKey.id);
  if (now === undefined) return [["warning", "no longer in the inventory"]];
  const { revokedAtMs, secretCreatedAtMs } = now.facts;
  if (revokedAtMs !== null && paneKey.facts.revokedAtMs === null)
    return [["warning", `revoked ${formatAgo(revokedAtMs, nowMs)}`]];
  return now.generation === paneKey.generation
    ? []
    : [["warning", `rotated ${formatAgo(secretCreatedAtMs, nowMs)}, generation ${now.generation}`]];
}

/** What is known of the row that the pane was opened on, beside what is known of its key. */
function rowFacts(state: State, key: KeyRow | undefined): readonly Fact[] {
  const row = selectedRow(state);
  const screen = screenOf(state);
  // The pane stays with its key, also where another row has come under the cursor.
  if (row === undefined || screen.keyOf(row, state)?.id !== key?.id) return [];
  return screen.detail(row, state);
}

/** The facts of the pane, in columns that stand beside each other. */
export function paneFacts(state: State): readonly (readonly Fact[])[] {
  const key = paneKeyOf(state);
  const own = rowFacts(state, key);
  if (key === undefined) return [own];
  const identity = identityFacts(key, state.judge);
  const times = timeFacts(key, state.judge, state.nowMs);
  const isWide = state.columns >= wideFrom && !state.isSpoken;
  if (own.length > 0) return isWide ? [own, [...identity, ...times]] : [[...own, ...identity, ...times]];
  if (isWide) return [identity, times];
  // The most telling facts come first, in case the pane is low.
  const [first, ...others] = identity;
  return [[...(first === undefined ? [] : [first]), ...times, ...others]];
}
