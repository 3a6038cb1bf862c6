import type { KeyCursor, KeyPage, KeyQuery } from "@keywarden/storage";
import { done, type Outcome } from "../services/refusal.ts";
import type { ServerContext } from "../services/server-context.ts";
import { readCursor, writeCursor } from "./cursor.ts";

/** Reads one page of keys from where an opaque cursor points. */
export async function readPage(
  context: ServerContext,
  { cursor, ...query }: Omit<KeyQuery, "after"> & { readonly cursor?: string | undefined },
): Promise<Outcome<KeyPage & { readonly nextCursor: string | null }>> {
  let after: KeyCursor | null = null;
  if (cursor !== undefined) {
    const read = readCursor(cursor);
    if (!read.ok) return read;
    after = read.value;
  }
  const page = await context.storage.keys.listKeys({ ...query, after });
  return done({ ...page, nextCursor: page.next === null ? null : writeCursor(page.next) });
}
