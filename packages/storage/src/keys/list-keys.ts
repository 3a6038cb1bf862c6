import { sql } from "kysely";
import type { KeyCursor, KeyFactQuery, KeyPage, KeyQuery } from "./key-store.ts";
import type { KeyState } from "./key-state.ts";
import { keyFromRow, selectKeys } from "./key-rows.ts";
import { limitOf } from "../sql/limit.ts";
import type { Session } from "../sql/session.ts";

export async function listKeyRows(session: Session, query: KeyQuery): Promise<KeyPage> {
  const nowMs = await session.readNow();
  const limit = limitOf(query.limit);
  const { page, end } = await choosePage(session, query, nowMs);
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
  const next = hasMore ? { createdAtMs: last.createdAtMs, id: last.id } : end;
  return { keys: withTags(keys, query.tags), next };
}

/** Counts what a query's pages hold together. */
export async function countKeys(session: Session, query: KeyQuery): Promise<number> {
  const nowMs = await session.readNow();
  const { tags = [], owner } = query;
  const unordered = session.db.selectFrom("keys").select("id");
  const owned = owner === undefined ? unordered : unordered.where("owner", "=", owner);
  const counted = withFacts(fromPosition(owned, query, nowMs), query);
  // As with pages, LIKE finds too many tags, so those are looked at one by one.
  if (tags.length > 0) {
    const rows = await counted.select("tags").execute();
    const listed = rows.map((row) => ({ tags: JSON.parse(row.tags) as readonly string[] }));
    return withTags(listed, tags).length;
  }
  const { count } = await session.db
    .selectFrom(counted.as("counted"))
    .select((row) => row.fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How many keys a page looks at where it filters by facts that no index orders by. */
const mostExamined = 2000;

type Ids = ReturnType<typeof selectIds>;

function selectIds({ db }: Session) {
  return db.selectFrom("keys").select("id").orderBy("created_at_ms").orderBy("id");
}

async function choosePage(
  session: Session,
  query: KeyQuery,
  nowMs: number,
): Promise<{ readonly page: Ids; readonly end: KeyCursor | null }> {
  const { owner, secretCreatedBeforeMs: before, after } = query;
  let start = selectIds(session);
  if (after !== undefined && after !== null)
    start = start.where((row) =>
      row(row.refTuple("created_at_ms", "id"), ">", row.tuple(after.createdAtMs, after.id)),
    );
  if (owner === undefined && !asksForFacts(query))
    return { page: fromPosition(start, query, nowMs), end: null };
  // One index leads, so that a part of the list has an end that is known beforehand.
  let led = owner === undefined ? fromPosition(start, query, nowMs) : start.where("owner", "=", owner);
  // A secret is never older than its key.
  if (before !== undefined) led = led.where("created_at_ms", "<", before);
  const last = await led
    .select("created_at_ms")
    .offset(mostExamined - 1)
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined)
    led = led.where((row) =>
      row(row.refTuple("created_at_ms", "id"), "<=", row.tuple(last.created_at_ms, last.id)),
    );
  const page = withFacts(owner === undefined ? led : fromPosition(led, query, nowMs), query);
  return { page, end: last === undefined ? null : { createdAtMs: last.created_at_ms, id: last.id } };
}

function fromPosition(ids: Ids, query: KeyQuery, nowMs: number): Ids {
  const { provider, kind, environment, tenant, product, state, within = {} } = query;
  let page = ids;
  const { providers, environments, tenants } = within;
  if (providers !== undefined) page = page.where("provider", "in", providers);
  if (environments !== undefined) page = page.where("environment", "in", environments);
  if (tenants !== undefined) page = page.where("tenant", "in", tenants);
  if (provider !== undefined) page = page.where("provider", "=", provider);
  // Without this SQLite takes the index of the environment for every page but the first, and reads nearly all keys.
  const isNarrow = provider !== undefined && (typeof tenant === "string" || product !== undefined);
  const unindexed = (column: "kind" | "environment") =>
    isNarrow ? sql<string>`${sql.ref(column)} || ''` : sql.ref<string>(column);
  if (kind !== undefined) page = page.where(unindexed("kind"), "=", kind);
  if (environment !== undefined) page = page.where(unindexed("environment"), "=", environment);
  if (tenant !== undefined)
    page = tenant === null ? page.where("tenant", "is", null) : page.where("tenant", "=", tenant);
  if (product !== undefined) page = page.where("product", "=", product);
  return state === undefined ? page : inState(page, state, nowMs);
}

// The same derivation as keyState, said in SQL so that a page is filled with matches.
function inState(page: Ids, state: KeyState, nowMs: number): Ids {
  if (state === "revoked") return page.where("revoked_at_ms", "is not", null);
  const living = page.where("revoked_at_ms", "is", null);
  if (state === "expired") return living.where("ends_at_ms", "is not", null).where("ends_at_ms", "<=", nowMs);
  const lasting = living.where((row) =>
    row.or([row("ends_at_ms", "is", null), row("ends_at_ms", ">", nowMs)]),
  );
  return lasting.where("disabled_at_ms", state === "disabled" ? "is not" : "is", null);
}

function asksForFacts(query: KeyFactQuery): boolean {
  return (
    (query.tags ?? []).length > 0 ||
    query.secretCreatedBeforeMs !== undefined ||
    query.secretCreatedFromMs !== undefined ||
    query.usedBeforeMs !== undefined ||
    query.usedFromMs !== undefined ||
    query.unusedSinceMs !== undefined
  );
}

function withFacts(ids: Ids, query: KeyFactQuery): Ids {
  const { secretCreatedBeforeMs, secretCreatedFromMs, usedBeforeMs, usedFromMs, unusedSinceMs } = query;
  let page = ids;
  for (const tag of query.tags ?? [])
    page = page.where("tags", "like", sql<string>`${`%${escapeLike(JSON.stringify(tag))}%`} escape '!'`);
  if (secretCreatedBeforeMs !== undefined)
    page = page.where("secret_created_at_ms", "<", secretCreatedBeforeMs);
  if (secretCreatedFromMs !== undefined) page = page.where("secret_created_at_ms", ">=", secretCreatedFromMs);
  if (usedBeforeMs !== undefined) page = page.where("last_used_at_ms", "<", usedBeforeMs);
  if (usedFromMs !== undefined) page = page.where("last_used_at_ms", ">=", usedFromMs);
  if (unusedSinceMs !== undefined)
    page = page.where((row) => row(row.fn.coalesce("last_used_at_ms", "created_at_ms"), "<", unusedSinceMs));
  return page;
}

const escapeLike = (text: string): string => text.replaceAll(/[!%_]/g, "!$&");

// The text of a tag may also be found inside another one, and SQLite's LIKE does not mind the case.
function withTags<Key extends { readonly tags: readonly string[] }>(
  keys: readonly Key[],
  tags: readonly string[] = [],
): readonly Key[] {
  return tags.length === 0 ? keys : keys.filter((key) => tags.every((tag) => key.tags.includes(tag)));
}
