import { quoteForShell } from "@keywarden/key-format";
import type { RatedItem } from "@keywarden/inventory";
import type { Token } from "@keywarden/management";
import type { LoggedCall } from "../state/event.ts";
import { selectedKey, selectedRow } from "../state/rows/show-rows.ts";
import type { KnownContext } from "../state/source.ts";
import type { State } from "../state/state.ts";

/** The `keywarden …` line that does what the row under the cursor is about; null where there is none. */
export function commandLineOf(state: State): string | null {
  const row = selectedRow(state);
  if (row !== undefined) {
    if (state.screen === "log") return (row as LoggedCall).command;
    if (state.screen === "tokens") return `keywarden tokens revoke ${quoteForShell((row as Token).id)}`;
    if (state.screen === "contexts")
      return `keywarden-tui --server ${quoteForShell((row as KnownContext).server)}`;
  }
  const key = selectedKey(state);
  if (key === undefined) return null;
  const todo = state.screen === "next" ? (row as RatedItem | undefined)?.todo : "look";
  if (todo === "rotate") return `keywarden rotate ${quoteForShell(key.id)} --to env:.env#API_KEY`;
  return todo === "revoke"
    ? `keywarden revoke ${quoteForShell(key.id)}`
    : `keywarden keys show ${quoteForShell(key.id)}`;
}
