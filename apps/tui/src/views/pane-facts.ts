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

/** The facts of the pane, in columns that stand beside each other. */
export function paneFacts(state: State): readonly (readonly Fact[])[] {
  const key = paneKeyOf(state);
  if (key === undefined) {
    const row = selectedRow(state);
    return [row === undefined ? [] : screenOf(state).detail(row, state)];
  }
  const identity = identityFacts(key, state.judge);
  const times = timeFacts(key, state.judge, state.nowMs);
  if (state.columns >= wideFrom && !state.isSpoken) return [identity, times];
  // The most telling facts come first, in case the pane is low.
  const [first, ...others] = identity;
  return [[...(first === undefined ? [] : [first]), ...times, ...others]];
}
