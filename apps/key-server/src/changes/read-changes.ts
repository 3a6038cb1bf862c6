import { setTimeout } from "node:timers/promises";
import type { Change, ChangePage } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { viewKey } from "../keys/view-key.ts";
import { actionsOf, changeOf } from "./change-of.ts";

export interface ChangesAfter {
  readonly after: number;
  readonly limit: number;
  readonly waitMs: number;
  readonly kinds: readonly Change["kind"][];
  /** Whose changes are told; those of all keys, and those of none, where null. */
  readonly shows: ((key: StoredKey) => boolean) | null;
}

/** So many entries are looked at for one page; most of them may tell of refusals. */
const ENTRIES_AT_ONCE = 5000;

/**
 * Reads what changed after a position. The audit is the order of all changes: an entry is written in the transaction of
 * its change, one at a time in all processes, so nothing is ever found later before a position that was read.
 */
export async function readChanges(context: ServerContext, asked: ChangesAfter): Promise<Outcome<ChangePage>> {
  const { audit } = context.storage;
  const deadline = AbortSignal.any([AbortSignal.timeout(asked.waitMs), context.closing]);
  let { after } = asked;
  for (;;) {
    const appended = waitForEntry(context, deadline);
    try {
      const { sequence: end } = await audit.head();
      if (after > end)
        return refuse(
          "BAD_CURSOR",
          `the last change here has the number ${end}, so this is not the storage that ${after} was read from; list everything again`,
        );
      const page = await readPage(context, { ...asked, after }, end);
      if (page.changes.length > 0 || (page.nextAfter === end && deadline.aborted)) return done(page);
      after = page.nextAfter;
      if (after < end) continue;
      if (asked.waitMs === 0) return done(page);
      await appended.happened;
    } finally {
      appended.stop();
    }
  }
}

async function readPage(
  { storage }: ServerContext,
  { after, limit, kinds, shows }: ChangesAfter,
  end: number,
): Promise<ChangePage> {
  const last = Math.min(end, after + ENTRIES_AT_ONCE);
  const entries = await storage.audit.list({
    afterSequence: after,
    beforeSequence: last + 1,
    actions: actionsOf(kinds),
    limit,
  });
  const nextAfter = entries.length === limit ? (entries.at(-1)?.sequence ?? last) : last;
  const changes = entries.map(changeOf).filter((change) => change !== null);
  const ids = changes.flatMap(({ kind, keyId }) =>
    (kind === "key" || shows !== null) && keyId !== null ? [keyId] : [],
  );
  const keys = await storage.keys.getKeys([...new Set(ids)]);
  if (shows !== null) {
    const shown = new Map(keys.filter(shows).map((key) => [key.id, key]));
    return {
      changes: changes.filter(({ keyId }) => keyId !== null && shown.has(keyId)),
      keys: [...shown.values()].map(viewKey),
      nextAfter,
      hasMore: nextAfter < end,
    };
  }
  return { changes, keys: keys.map(viewKey), nextAfter, hasMore: nextAfter < end };
}

/** Begins to wait before anything is read, so that an entry that comes meanwhile is not missed. */
function waitForEntry({ storage }: ServerContext, deadline: AbortSignal) {
  const stopped = new AbortController();
  const stopWatching = storage.watchAudit(() => stopped.abort());
  const signal = AbortSignal.any([deadline, stopped.signal]);
  return {
    // A long sleep that every signal ends: being woken is what it is for.
    happened: setTimeout(2 ** 30, undefined, { signal, ref: false }).catch(() => {}),
    stop: () => {
      stopWatching();
      stopped.abort();
    },
  };
}
