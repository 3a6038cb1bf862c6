import { makeKeyRow, predecessorOf, replacedKeys, type Judge, type KeyRow } from "@keywarden/inventory";
import type { ManagedKey } from "@keywarden/management";
import type { ServerContext } from "../../server-context.ts";

const KEYS_AT_ONCE = 1000;
const MOST_ROTATIONS = 10_000;

/** Which of these keys are being replaced: by a rotation in progress, or by a living key that takes over. */
export async function findReplaced(
  { storage }: Pick<ServerContext, "storage">,
  keys: readonly Pick<ManagedKey, "id">[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const open = await storage.rotations.list({ isOpen: true, limit: MOST_ROTATIONS });
  const predecessors: string[] = [];
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const ids = keys.slice(at, at + KEYS_AT_ONCE).map(({ id }) => id);
    for (const successor of await storage.keys.findSuccessors(ids)) {
      const predecessor = predecessorOf(successor);
      if (predecessor !== null) predecessors.push(predecessor);
    }
  }
  return replacedKeys(
    predecessors,
    open.map(({ keyId }) => ({ keyId, endedAt: null })),
  );
}

/** The row of a key as a page shows it, with the mark of one that is being replaced. */
export function makeRow(key: ManagedKey, replaced: ReadonlySet<string>, judge: Judge, nowMs: number): KeyRow {
  const row = makeKeyRow(key, judge, nowMs);
  return replaced.has(key.id) ? row.judged(judge, nowMs, true) : row;
}
