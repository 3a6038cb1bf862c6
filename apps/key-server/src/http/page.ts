import type { KeyCursor, KeyQuery, StoredKey } from "@keywarden/storage";
import { done, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { readCursor, writeCursor } from "./cursor.ts";

/** A long page is read in parts: others are answered in between, and what one was made of is garbage before the next. */
const KEYS_AT_ONCE = 100;

/**
 * Reads one page of keys from where an opaque cursor points, each part of it turned at once into what is shown. Like the
 * storage's, a page that is not the last can be short where the query asks for facts.
 */
export async function readPage<Item>(
  context: ServerContext,
  {
    cursor,
    limit,
    ...query
  }: Omit<KeyQuery, "after"> & {
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
  show: (keys: readonly StoredKey[]) => readonly Item[] | Promise<readonly Item[]>,
): Promise<Outcome<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>> {
  let after: KeyCursor | null = null;
  if (cursor !== undefined) {
    const read = readCursor(cursor);
    if (!read.ok) return read;
    after = read.value;
  }
  const items: Item[] = [];
  for (let left = limit; ;) {
    const asked = Math.min(left, KEYS_AT_ONCE);
    const { keys, next } = await context.storage.keys.listKeys({ ...query, limit: asked, after });
    items.push(...(await show(keys)));
    left -= keys.length;
    if (next === null) return done({ items, nextCursor: null });
    if (left === 0 || keys.length < asked) return done({ items, nextCursor: writeCursor(next) });
    after = next;
  }
}
