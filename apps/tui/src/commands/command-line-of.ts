import type { RatedItem } from "@keywarden/inventory";
import type { Token } from "@keywarden/management";
import type { Call } from "../state/event.ts";
import { selectedKey, selectedRow } from "../state/show-rows.ts";
import type { KnownContext } from "../state/source.ts";
import type { State } from "../state/state.ts";

const needsQuotes = /[^\w./:@=+-]/;

/** Writes a word as a shell reads it. */
export function quoteWord(word: string): string {
  return word !== "" && !needsQuotes.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The `keywarden …` line that does what the row under the cursor is about; null where there is none. */
export function commandLineOf(state: State): string | null {
  const row = selectedRow(state);
  if (row !== undefined) {
    if (state.screen === "log") return (row as Call).command;
    if (state.screen === "tokens") return `keywarden tokens revoke ${quoteWord((row as Token).id)}`;
    if (state.screen === "contexts")
      return `keywarden-tui --server ${quoteWord((row as KnownContext).server)}`;
  }
  const key = selectedKey(state);
  if (key === undefined) return null;
  const todo = state.screen === "next" ? (row as RatedItem | undefined)?.todo : "look";
  if (todo === "rotate") return `keywarden rotate ${quoteWord(key.id)} --to env:.env#API_KEY`;
  return todo === "revoke"
    ? `keywarden revoke ${quoteWord(key.id)}`
    : `keywarden keys show ${quoteWord(key.id)}`;
}
