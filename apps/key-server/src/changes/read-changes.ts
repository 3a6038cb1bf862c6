import { setTimeout } from "node:timers/promises";
import type { Change, ChangePage } from "@keywarden/management";
import type { AuditEntry, AuditLog, StoredKey, TokenLimits } from "@keywarden/storage";
import { isWithin } from "../auth/token-limits.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { positionUnknown } from "../http/cursor.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import { viewKey } from "../keys/view-key.ts";
import { actionsOf, changeOf } from "./change-of.ts";

export interface ChangesAfter {
  readonly after: number;
  /** Of that position, where the caller knows it. */
  readonly mark?: string | undefined;
  readonly limit: number;
  readonly waitMs: number;
  readonly kinds: readonly Change["kind"][];
  /** Within which the changes of keys are told; those of all keys, and those of none, where null. */
  readonly limits: TokenLimits | null;
}

/** So many entries are looked at for one page; most of them may tell of refusals. */
const ENTRIES_AT_ONCE = 5000;
const MARK_DIGITS = 16;

/**
 * Reads what changed after a position. The audit is the order of all changes: an entry is written in the transaction of
 * its change, one at a time in all processes, so nothing is ever found later before a position that was read.
 */
export async function readChanges(context: ServerContext, asked: ChangesAfter): Promise<Outcome<ChangePage>> {
  const { audit } = context.storage;
  if (asked.mark !== undefined) {
    const mark = await markAt(audit, asked.after);
    if (mark !== null && mark !== asked.mark)
      return refuse(
        "BAD_CURSOR",
        `the change ${asked.after} here is not the one that was read, so this is another storage, such as a restored backup; list everything again`,
      );
  }
  const deadline = AbortSignal.any([AbortSignal.timeout(asked.waitMs), context.closing]);
  let { after } = asked;
  for (;;) {
    const appended = waitForEntry(context, deadline);
    try {
      const { sequence: end } = await audit.head();
      if (after > end) return positionUnknown("change", end, after);
      const page = await readPage(context, { ...asked, after }, end);
      if (page.changes.length > 0 || (page.nextAfter === end && deadline.aborted))
        return done(await withMark(audit, page));
      after = page.nextAfter;
      if (after < end) continue;
      if (asked.waitMs === 0) return done(await withMark(audit, page));
      await appended.happened;
    } finally {
      appended.stop();
    }
  }
}

async function markAt(audit: AuditLog, sequence: number): Promise<string | null> {
  if (sequence === 0) return "0".repeat(MARK_DIGITS);
  const [entry] = await audit.list({ afterSequence: sequence - 1, beforeSequence: sequence + 1, limit: 1 });
  return entry?.hash.slice(0, MARK_DIGITS) ?? null;
}

/** Names what shows at a later question that the position is still of the same storage. */
export async function withMark(audit: AuditLog, page: ChangePage): Promise<ChangePage> {
  const mark = await markAt(audit, page.nextAfter);
  return { ...page, ...(mark !== null && { mark }) };
}

async function readPage(
  { storage }: ServerContext,
  { after, limit, kinds, limits }: ChangesAfter,
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
    (kind === "key" || limits !== null) && keyId !== null ? [keyId] : [],
  );
  const keys = await storage.keys.getKeys([...new Set(ids)]);
  if (limits !== null) {
    const isShown = (key: StoredKey, tenant = restrictionsOf(key).tenant) =>
      isWithin(limits, { ...key, tenant });
    const shown = new Map(keys.filter((key) => isShown(key)).map((key) => [key.id, key]));
    // Whoever remembers a key has to hear of the change by which it left the limits.
    const left = new Set(
      entries
        .filter((entry) => {
          const key = keys.find(({ id }) => id === entry.subject);
          const tenant = tenantBefore(entry);
          return key !== undefined && tenant !== undefined && isShown(key, tenant);
        })
        .map(({ sequence }) => sequence),
    );
    return {
      changes: changes.filter(
        ({ keyId, sequence }) => keyId !== null && (shown.has(keyId) || left.has(sequence)),
      ),
      keys: [...shown.values()].map(viewKey),
      nextAfter,
      hasMore: nextAfter < end,
    };
  }
  return { changes, keys: keys.map(viewKey), nextAfter, hasMore: nextAfter < end };
}

/** The tenant that a key had until an edit; undefined where it had none, or the edit changed it not. */
function tenantBefore({ details }: AuditEntry): string | undefined {
  const changes = Object(details["changes"]) as Readonly<Record<string, { readonly from?: unknown }>>;
  const from = changes["restrictions.tenant"]?.from;
  return typeof from === "string" ? from : undefined;
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
