import type { InventoryClient } from "@keywarden/management";
import { makeKeyRow, type Judge, type KeyRow } from "@keywarden/inventory";
import { plainTable } from "./plain-table.ts";

/**
 * Reads the whole inventory and gives it as a table.
 *
 * @throws {@link ManagementError} as `list` does
 */
export async function readPlainTable(
  client: Pick<InventoryClient, "list">,
  judge: Judge,
  now: () => number,
): Promise<string> {
  const rows = new Map<string, KeyRow>();
  let cursor: string | null = null;
  do {
    const query = cursor === null ? { limit: 1000 } : { limit: 1000, cursor };
    const page: Awaited<ReturnType<InventoryClient["list"]>> = await client.list(query);
    for (const key of page.keys) rows.set(key.id, makeKeyRow(key, judge, now()));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return plainTable([...rows.values()], now());
}
