import { ManagementError } from "./management-error.ts";

interface ListPage {
  readonly keys: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
  readonly total?: number | null;
}

/** How far a list was read. */
interface ListProgress {
  readonly keyCount: number;
  /** What the server said on the first page; null where it does not say. */
  readonly total: number | null;
  /** Pages in a row that brought no new key. */
  readonly idlePages: number;
  /** The first key of every page. */
  readonly firstIds: Set<string>;
}

// A filter that a server applies page by page can leave many empty; one that counts the keys has applied it before.
const mostIdlePages = { counted: 100, uncounted: 1000 };
// Keys can be made while the list is read.
const mostKeysFor = (total: number | null): number => (total === null ? 10_000_000 : 2 * total + 10_000);
// More lists are begun than read to their end.
const mostLists = 64;

/**
 * Makes the check that every page goes through: a server that invents another page for every page would be asked for ever.
 *
 * It throws {@link ManagementError} MANAGEMENT_BAD_ANSWER for a page that names itself as the next, and where pages that
 * bring nothing new follow each other, or many more keys than the first page has counted.
 */
export function watchLists(): <Page extends ListPage>(cursor: string | undefined, page: Page) => Page {
  const lists = new Map<string, ListProgress>();
  return (cursor, page) => {
    if (page.nextCursor === null) {
      if (cursor !== undefined) lists.delete(cursor);
      return page;
    }
    if (page.nextCursor === cursor) throw endless("a page names itself as the next");
    const before = cursor === undefined ? undefined : lists.get(cursor);
    const progress = goOn(before, page);
    const { keyCount, total, idlePages } = progress;
    if (idlePages > mostIdlePages[total === null ? "uncounted" : "counted"])
      throw endless(`${idlePages} pages one after the other bring no key that was not listed before`);
    if (keyCount > mostKeysFor(total))
      throw endless(`it has given ${keyCount} keys${total === null ? "" : ` of ${total}`}, and goes on`);
    if (cursor !== undefined) lists.delete(cursor);
    lists.set(page.nextCursor, progress);
    const [oldest] = lists.keys();
    if (lists.size > mostLists && oldest !== undefined) lists.delete(oldest);
    return page;
  };
}

function goOn(before: ListProgress | undefined, { keys, total = null }: ListPage): ListProgress {
  const firstId = keys[0]?.id;
  const isNew = firstId !== undefined && before?.firstIds.has(firstId) !== true;
  const known = before?.firstIds ?? new Set<string>();
  return {
    keyCount: (before?.keyCount ?? 0) + keys.length,
    total: before === undefined ? total : before.total,
    idlePages: isNew ? 0 : (before?.idlePages ?? 0) + 1,
    firstIds: isNew ? known.add(firstId) : known,
  };
}

const endless = (why: string): ManagementError =>
  new ManagementError("MANAGEMENT_BAD_ANSWER", `could not list keys: the list has no end: ${why}`);
