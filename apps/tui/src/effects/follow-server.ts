import type { ChangeQuery, InventoryClient } from "@keywarden/management";
import { describeCallFailure } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

// An answer is never older than the wait, so what is on screen is not either.
const waitSeconds = 2;
const mostChanges = 500;
const usedPage = 300;

/** Asks where the feed of changes stands now. */
export async function beginFeed(
  client: Pick<InventoryClient, "changes">,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    const { nextAfter, mark } = await client.changes();
    send({ kind: "feed-begun", after: nextAfter, mark });
  } catch (error) {
    send({ kind: "feed-failed", failure: describeCallFailure(error, now()) });
  }
}

/** Reads what has changed since, or waits a moment for a change. */
export async function watchChanges(
  client: Pick<InventoryClient, "changes">,
  { after, mark }: Pick<ChangeQuery, "after" | "mark">,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    const query = { after, ...(mark !== undefined && { mark }), wait: waitSeconds, limit: mostChanges };
    send({ kind: "changes", page: await client.changes(query) });
  } catch (error) {
    send({ kind: "feed-failed", failure: describeCallFailure(error, now()) });
  }
}

/** Reads the keys that were used since a moment, which the feed does not tell. */
export async function readUsed(
  client: Pick<InventoryClient, "list">,
  sinceMs: number,
  send: SendEvent,
): Promise<void> {
  const usedFrom = new Date(sinceMs).toISOString();
  try {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<InventoryClient["list"]>> = await client.list({
        limit: usedPage,
        usedFrom,
        ...(cursor !== null && { cursor }),
      });
      cursor = page.nextCursor;
      send({ kind: "used", keys: page.keys, isLast: cursor === null });
    } while (cursor !== null);
  } catch {
    // The feed meets the same failure and shows it; the next round asks for the same keys again.
  }
}
