import type { KeyRow } from "../inventory/key-row.ts";
import type { Filter, FilterField, FilterTerm } from "./parse-filter.ts";

const fieldValues: Readonly<Record<FilterField, (row: KeyRow) => readonly string[]>> = {
  provider: (row) => [row.provider],
  // "in-grace" is also found as "grace", and "never-used" as "never".
  status: (row) => [row.rotation.state, row.rotation.state.replace("in-", ""), row.usage.state],
  env: (row) => [row.environment, row.label],
  kind: (row) => [row.kind],
  tag: (row) => row.tags,
};

function holds(term: FilterTerm, row: KeyRow, nowMs: number): boolean {
  if (term.kind === "word") return row.haystack.includes(term.word);
  if (term.kind === "field") {
    return fieldValues[term.field](row).some((actual) =>
      term.values.some((wanted) => actual.toLowerCase().startsWith(wanted)),
    );
  }
  const { secretCreatedAtMs, createdAtMs, lastUsedAtMs } = row.facts;
  const sinceMs = term.field === "age" ? secretCreatedAtMs : (lastUsedAtMs ?? createdAtMs);
  return term.isOver ? nowMs - sinceMs > term.spanMs : nowMs - sinceMs < term.spanMs;
}

/** Says whether a key passes a filter at `nowMs`; a filter without terms passes every key. */
export function matchesFilter(filter: Filter, row: KeyRow, nowMs: number): boolean {
  return filter.terms.every((term) => holds(term, row, nowMs) !== term.isNegated);
}
