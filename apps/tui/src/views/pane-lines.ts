import { formatAgo } from "@keywarden/inventory";
import { layoutScreen } from "../state/layout.ts";
import { selectedRow, type State } from "../state/state.ts";
import { paintLine, paintRule, type Segment } from "../text/paint-line.ts";
import { wrapLine } from "../text/wrap-line.ts";
import type { Paint } from "../theme.ts";
import { detailLines } from "./detail-lines.ts";
import { dialogText } from "./dialog-lines.ts";
import { logLines } from "./log-lines.ts";

/** The lines of a dialog, as many as its words need at this width. */
function dialogLines(state: State, paint: Paint): readonly string[] {
  const { columns: width, dialog } = state;
  if (dialog === null) return [];
  const { title, lines } = dialogText(dialog);
  return [
    paintRule([title], width, paint),
    ...lines.flatMap((line) => wrapLine(line, width)).map((line) => paintLine(line, width, paint)),
  ];
}

/** What happened to the key of the pane since it was opened. */
function changeOf({ paneKey, byId, nowMs }: State): readonly Segment[] {
  if (paneKey === null) return [];
  const now = byId.get(paneKey.id);
  if (now === undefined) return [["warning", "no longer in the inventory"]];
  const { revokedAtMs, secretCreatedAtMs } = now.facts;
  if (revokedAtMs !== null && paneKey.facts.revokedAtMs === null)
    return [["danger", `revoked ${formatAgo(revokedAtMs, nowMs)}`]];
  return now.generation === paneKey.generation
    ? []
    : [["warning", `rotated ${formatAgo(secretCreatedAtMs, nowMs)}, generation ${now.generation}`]];
}

function details(state: State, height: number, paint: Paint): readonly string[] {
  const { columns: width, nowMs, paneKey, byId, paneTop, judge } = state;
  const row = (paneKey === null ? undefined : (byId.get(paneKey.id) ?? paneKey)) ?? selectedRow(state);
  if (row === undefined) return [paintRule([["dim", "no key is selected"]], width, paint)];
  const facts = detailLines(row, judge, nowMs, width, paint);
  const room = Math.max(0, height - 1);
  const top = Math.max(0, Math.min(paneTop, facts.length - room));
  const hidden = facts.length - room;
  const more: readonly Segment[] = hidden > 0 ? [["dim", `${hidden} more: ctrl-e ctrl-y`]] : [];
  const change = changeOf(state);
  return [
    paintRule([["bold", row.name]], width, paint, change.length > 0 ? change : more),
    ...facts.slice(top, top + room),
  ];
}

function content(state: State, height: number, paint: Paint): readonly string[] {
  const { columns: width } = state;
  if (state.dialog !== null) return dialogLines(state, paint);
  if (state.pane !== "log") return details(state, height, paint);
  const rule = paintRule([["bold", "calls to the server"]], width, paint);
  return [rule, ...logLines(state.calls, height - 1, width, paint)];
}

/** The part under the table: a dialog, the facts of a key, or the log. Always as many lines as the layout gives it. */
export function paneLines(state: State, paint: Paint): readonly string[] {
  const { pane } = layoutScreen(state);
  if (pane <= 0) return [];
  const lines = content(state, pane, paint);
  return Array.from({ length: pane }, (_, index) => lines[index] ?? "");
}
