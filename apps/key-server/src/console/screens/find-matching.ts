import { describeUnknown, matchQuery, narrowQuery, QueryError, readQuery } from "@keywarden/inventory";
import { done, refuse, type Outcome } from "../../refusal.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { judgeKeys, readInventory, type InventoryPage, type Read } from "./read-inventory.ts";

/** The keys of a provider, or of all, that a query is about. */
export interface Matching {
  readonly query: string;
  readonly provider?: string | undefined;
}

/** Finds the keys that pass a query; one that cannot be read, or that no key can pass, is refused with what is wrong in it. */
export async function findMatching(
  tools: Console,
  to: ConsoleVisit,
  { query, provider }: Matching,
  whole: InventoryPage | null = null,
): Promise<Outcome<Read>> {
  let conditions: ReturnType<typeof readQuery>;
  try {
    conditions = readQuery(query);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return refuse("BAD_REQUEST", error.message);
  }
  const scope = provider === undefined ? {} : { provider };
  const read =
    whole === null
      ? await readInventory(tools, to, { ...narrowQuery(conditions, tools.judge, to.nowMs), ...scope })
      : done(await judgeKeys([whole], tools, to.nowMs));
  if (!read.ok) return read;
  const { rows, isPartial } = read.value;
  const unknown = describeUnknown(conditions, tools.judge, rows);
  if (unknown !== null && !isPartial) return refuse("BAD_REQUEST", tools.judge.show(unknown));
  const matches = matchQuery(conditions);
  return done({ rows: rows.filter((row) => matches(row, to.nowMs)), isPartial });
}
