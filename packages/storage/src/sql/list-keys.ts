import type { KeyPage, KeyQuery } from "../key-store.ts";
import type { KeyState } from "../key-state.ts";
import { keyFromRow, selectKeys } from "./key-rows.ts";
import { limitOf } from "./limit.ts";
import type { Session } from "./session.ts";

export async function listKeys(session: Session, query: KeyQuery): Promise<KeyPage> {
  const nowMs = await session.readNow();
  const limit = limitOf(query.limit);
  let page = selectIds(session);
  if (query.provider !== undefined) page = page.where("provider", "=", query.provider);
  if (query.kind !== undefined) page = page.where("kind", "=", query.kind);
  if (query.environment !== undefined) page = page.where("environment", "=", query.environment);
  if (query.tenant !== undefined)
    page = query.tenant === null ? page.where("tenant", "is", null) : page.where("tenant", "=", query.tenant);
  if (query.state !== undefined) page = inState(page, query.state, nowMs);
  const { after } = query;
  if (after !== undefined && after !== null)
    page = page.where((row) =>
      row(row.refTuple("created_at_ms", "id"), ">", row.tuple(after.createdAtMs, after.id)),
    );
  // The page is settled before secrets are joined: a planner that begins with the secrets reads all of them.
  // One row more than asked for tells whether there is another page.
  const found = await selectKeys(session.db)
    .where("k.id", "in", page.limit(limit + 1))
    .orderBy("k.created_at_ms")
    .orderBy("k.id")
    .execute();
  const keys = found.slice(0, limit).map((row) => keyFromRow(row, nowMs));
  const last = keys.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { keys, next: hasMore ? { createdAtMs: last.createdAtMs, id: last.id } : null };
}

function selectIds({ db }: Session) {
  return db.selectFrom("keys").select("id").orderBy("created_at_ms").orderBy("id");
}

// The same derivation as keyState, said in SQL so that a page is filled with matches.
function inState(page: ReturnType<typeof selectIds>, state: KeyState, nowMs: number) {
  if (state === "revoked") return page.where("revoked_at_ms", "is not", null);
  const living = page.where("revoked_at_ms", "is", null);
  if (state === "expired") return living.where("ends_at_ms", "is not", null).where("ends_at_ms", "<=", nowMs);
  return living.where((row) => row.or([row("ends_at_ms", "is", null), row("ends_at_ms", ">", nowMs)]));
}
