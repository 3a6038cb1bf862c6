import type { KeyPage, KeyQuery } from "../key-store.ts";
import type { KeyState } from "../key-state.ts";
import { keyFromRow, selectKeys } from "./key-rows.ts";
import { limitOf } from "./limit.ts";
import type { Session } from "./session.ts";

export async function listKeys(session: Session, query: KeyQuery): Promise<KeyPage> {
  const nowMs = await session.readNow();
  const limit = limitOf(query.limit);
  let rows = selectKeys(session.db);
  if (query.provider !== undefined) rows = rows.where("k.provider", "=", query.provider);
  if (query.kind !== undefined) rows = rows.where("k.kind", "=", query.kind);
  if (query.environment !== undefined) rows = rows.where("k.environment", "=", query.environment);
  if (query.state !== undefined) rows = inState(rows, query.state, nowMs);
  const { after } = query;
  if (after !== undefined && after !== null)
    rows = rows.where((row) =>
      row(row.refTuple("k.created_at_ms", "k.id"), ">", row.tuple(after.createdAtMs, after.id)),
    );
  // One row more than asked for tells whether there is another page.
  const found = await rows
    .orderBy("k.created_at_ms")
    .orderBy("k.id")
    .limit(limit + 1)
    .execute();
  const keys = found.slice(0, limit).map((row) => keyFromRow(row, nowMs));
  const last = keys.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { keys, next: hasMore ? { createdAtMs: last.createdAtMs, id: last.id } : null };
}

// The same derivation as keyState, said in SQL so that a page is filled with matches.
function inState(rows: ReturnType<typeof selectKeys>, state: KeyState, nowMs: number) {
  if (state === "revoked") return rows.where("k.revoked_at_ms", "is not", null);
  return rows.where("k.revoked_at_ms", "is", null).where((row) => {
    const isOver = row.or([row("k.expires_at_ms", "<=", nowMs), row("c.valid_until_ms", "<=", nowMs)]);
    const isOpen = row.and([
      row.or([row("k.expires_at_ms", "is", null), row("k.expires_at_ms", ">", nowMs)]),
      row.or([row("c.valid_until_ms", "is", null), row("c.valid_until_ms", ">", nowMs)]),
    ]);
    return state === "expired" ? isOver : isOpen;
  });
}
