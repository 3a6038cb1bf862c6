import { setTimeout as sleep } from "node:timers/promises";
import { ManagementError, type ChangeQuery, type InventoryClient } from "@keywarden/management";

/** Says what changes on a key server, and for how long it is known that nothing else did. */
export interface FollowedChanges {
  /** Whether every change that was made on the server longer than the bound ago has been told. */
  readonly isCurrent: () => boolean;
  readonly stop: () => void;
}

export interface FollowOptions {
  readonly client: Pick<InventoryClient, "changes">;
  /** Milliseconds that only grow, whatever the clock of the machine does. */
  readonly now: () => number;
  readonly stalenessMs: number;
  /** Gets the key that changed; null where anything may have, as after a backup was restored. */
  readonly onChanged: (keyId: string | null) => void;
  /** Gets why the changes cannot be read, each time that is tried. */
  readonly onLost: (error: unknown) => void;
}

/** Follows the changes of a key server. Only its answers prove anything: of one that is silent nothing is known. */
export function followChanges({
  client,
  now,
  stalenessMs,
  onChanged,
  onLost,
}: FollowOptions): FollowedChanges {
  const stopping = new AbortController();
  let provenAtMs = -Infinity;
  let position: Pick<ChangeQuery, "after" | "mark"> | null = null;

  const readOnce = async (): Promise<void> => {
    const sentAtMs = now();
    // An answer without changes comes when half of the bound is over, so the next one has the other half to arrive.
    const wait = stalenessMs / 2000;
    const page = await client.changes(position === null ? {} : { ...position, wait, limit: 1000 });
    for (const { kind, keyId } of page.changes) if (kind === "key") onChanged(keyId);
    position = { after: page.nextAfter, ...(page.mark !== undefined && { mark: page.mark }) };
    if (!page.hasMore) provenAtMs = sentAtMs;
  };

  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await readOnce();
      } catch (error) {
        if (error instanceof ManagementError && error.status === 400) {
          // Another storage than the position is of: nothing that was learnt from the former one holds.
          position = null;
          provenAtMs = -Infinity;
          onChanged(null);
        }
        onLost(error);
        // An aborted pause is the end.
        await sleep(Math.min(1000, stalenessMs / 2), undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };
  void follow();

  return {
    // What is on its way at the end still comes in, and proves nothing about what follows it.
    isCurrent: () => !stopping.signal.aborted && now() - provenAtMs <= stalenessMs,
    stop: () => stopping.abort(),
  };
}
