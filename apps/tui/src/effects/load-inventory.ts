import type { InventoryClient } from "@keywarden/management";
import { describeCallFailure } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

/** How many keys are asked for first: so few that the first screen is there at once. */
export const firstPage = 100;
// No page is so large that handling it delays a key.
const laterPages = 300;

/** Reads the inventory page by page and reports each page as it arrives. */
export async function loadInventory(
  client: Pick<InventoryClient, "list">,
  loadId: number,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    let cursor: string | null = null;
    do {
      const query = cursor === null ? { limit: firstPage } : { limit: laterPages, cursor };
      const page: Awaited<ReturnType<InventoryClient["list"]>> = await client.list(query);
      cursor = page.nextCursor;
      send({ kind: "page", loadId, keys: page.keys, total: page.total, isLast: cursor === null });
    } while (cursor !== null);
  } catch (error) {
    send({ kind: "load-failed", loadId, failure: describeCallFailure(error, now()) });
  }
}
