import { columns, isLiveRow, sortRows, type ColumnId, type Judge, type KeyRow } from "@keywarden/inventory";
import { done, type Outcome } from "../../refusal.ts";
import { addressWith, queryOf, type Console, type ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { empty, note } from "../markup/notes.ts";
import { table, type Cell, type TableColumn } from "../markup/table.ts";
import { count } from "../markup/chart.ts";
import { listOfActs } from "./locked-act.ts";
import { keyLink, keyName } from "./key-link.ts";
import { findMatching } from "./find-matching.ts";
import { MOST_KEYS, readKeyPage, type InventoryPage, type Read } from "./read-inventory.ts";
import type { Viewer } from "../markup/page.ts";
import { MOST_MARKED, severalActsOf, severalWords } from "./several/several-acts.ts";
import { findReplaced, makeRow } from "./make-rows.ts";

const ROWS_A_PAGE = 100;
/** Of more keys than this a list without a query shows the server's own pages, so that none is left out. */
const MOST_SORTED = 1000;

/** Leaves out keys that have ended, which are in no count of what is to be done. */
export const ofLiveKeys = "!status:revoked,expired";

/** Views that a list offers beside its search. */
const views: readonly (readonly [name: string, query: string])[] = [
  ["All", ""],
  ["Overdue", "status:overdue"],
  ["Due", "status:due"],
  ["In grace", "status:in-grace"],
  ["Dormant", `usage:dormant ${ofLiveKeys}`],
  ["Never used", `usage:never-used ${ofLiveKeys}`],
  ["Nobody's", `owner:"" ${ofLiveKeys}`],
  ["Disabled", "state:disabled"],
  ["Ended", "status:revoked,expired"],
];

const defaultColumns: readonly ColumnId[] = [
  "provider",
  "kind",
  "environment",
  "rotation",
  "usage",
  "last-used",
  "owner",
  "key",
];
const extras: readonly ColumnId[] = ["kind", "usage"];

/** Where a list stands, and which keys it is about. */
export interface ListOptions {
  readonly path: string;
  readonly provider?: string;
  readonly columns?: readonly ColumnId[];
}

/** Lists keys by what the address asks for: `q` filters, `sort` orders, `page` and `cursor` go on. */
export async function keyList(
  tools: Console,
  to: ConsoleVisit,
  options: ListOptions,
): Promise<Outcome<Html>> {
  const query = queryOf(to, "q");
  const sort = readSort(queryOf(to, "sort"));
  const scope = options.provider === undefined ? {} : { provider: options.provider };
  const isWhole = query === "" && sort === null;
  const cursor = queryOf(to, "cursor");
  const asked = { ...scope, limit: ROWS_A_PAGE, ...(cursor !== "" && { cursor }) };
  const first = isWhole ? await readKeyPage(tools, to, asked) : null;
  if (first?.ok === false) return first;
  if (first !== null && (cursor !== "" || (first.value.total ?? 0) > MOST_SORTED))
    return done(
      storedPage(
        first.value,
        await findReplaced(tools.context, first.value.keys),
        { ...options, viewer: to.viewer },
        tools.judge,
        to.nowMs,
      ),
    );
  const whole = first?.value.nextCursor === null ? first.value : null;
  const read = await findMatching(tools, to, { query, provider: options.provider }, whole);
  if (!read.ok)
    return read.refusal.code === "BAD_REQUEST"
      ? done(html`${search(options, query)}${note(read.refusal.message, "danger")}`)
      : read;
  const chosen = sort ?? { column: "rotation", direction: "ascending" };
  const sorted = sortRows(read.value.rows, chosen);
  return done(judgedPage(read.value, sorted, { ...options, query, sort, viewer: to.viewer }, to));
}

interface Sorted extends ListOptions {
  readonly viewer: Viewer;
  readonly query: string;
  readonly sort: ReturnType<typeof readSort>;
}

function judgedPage(read: Read, found: readonly KeyRow[], list: Sorted, to: ConsoleVisit): Html {
  const { path, query } = list;
  const pages = Math.max(1, Math.ceil(found.length / ROWS_A_PAGE));
  const page = Math.min(pages, Math.max(1, Number.parseInt(queryOf(to, "page"), 10) || 1));
  const rows = found.slice((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE);
  const at = (number: number): string =>
    addressWith(path, { q: query, sort: queryOf(to, "sort"), page: number === 1 ? null : String(number) });
  const first = (page - 1) * ROWS_A_PAGE + 1;
  const says =
    found.length === 0
      ? "No key"
      : `${first.toLocaleString("en-US")} to ${(first + rows.length - 1).toLocaleString("en-US")} of ${count(found.length, "key")}`;
  return html`${search(list, query)}
  ${read.isPartial && note(`Only the oldest ${MOST_KEYS.toLocaleString("en-US")} keys that can match were looked at: narrow the query to see the others.`, "warning")}
  ${
    rows.length === 0
      ? query === ""
        ? empty("There are no keys here yet.", "A key that is made or imported shows up here.")
        : empty("No key matches.", html`<a href="${path}">Show all keys</a>`)
      : html`${keyTable(rows, list, to.nowMs, read.isPartial ? null : found)}
          <div class="pager">
            <span>${says}</span
            ><span class="row"
              >${page > 1 && html`<a class="button" rel="prev" href="${at(page - 1)}">Previous</a>`}
              ${page < pages && html`<a class="button" rel="next" href="${at(page + 1)}">Next</a>`}</span
            >
          </div>`
  }`;
}

function storedPage(
  { keys, total, nextCursor }: InventoryPage,
  replaced: ReadonlySet<string>,
  list: ListOptions & Pick<Sorted, "viewer">,
  judge: Judge,
  nowMs: number,
): Html {
  const next = nextCursor === null ? null : addressWith(list.path, { cursor: nextCursor });
  const rows = keys.values().map((key) => makeRow(key, replaced, judge, nowMs));
  return html`${search(list, "")} ${keyTable(rows, { ...list, query: "", sort: null }, nowMs)}
    <div class="pager">
      <span>${keys.length} of ${count(total ?? 0, "key")}, oldest first</span
      ><span class="row"
        ><a class="button" href="${list.path}">First</a>
        ${next !== null && html`<a class="button" rel="next" href="${next}">Next</a>`}</span
      >
    </div>`;
}

function search({ path }: ListOptions, query: string): Html {
  return html`<form class="search" action="${path}" role="search">
      <input
        name="q"
        value="${query}"
        aria-label="Filter keys"
        placeholder="status:overdue owner:ann env:production unused>90d"
        spellcheck="false"
        autocapitalize="off"
      /><button>Filter</button>
    </form>
    <nav class="views" aria-label="Views">
      ${views.map(
        ([name, q]) =>
          html`<a href="${addressWith(path, { q })}" ${q === query && html`aria-current="true"`}>${name}</a>`,
      )}
    </nav>`;
}

/** Writes rows as a table, with the columns, texts and tones that every program of Keywarden has. */
function keyTable(
  rows: Iterable<KeyRow>,
  list: Sorted,
  nowMs: number,
  all: readonly KeyRow[] | null = null,
): Html {
  const shown: readonly ColumnId[] = ["name", ...(list.columns ?? defaultColumns)].filter(
    (id): id is ColumnId => list.provider === undefined || id !== "provider",
  );
  const head = shown.map((id): TableColumn => {
    const { title, align } = columns[id];
    const isSorted = list.sort?.column === id;
    const isUp = isSorted && list.sort?.direction === "ascending";
    return {
      title: title.charAt(0) + title.slice(1).toLowerCase(),
      ...(align === "right" && { align }),
      isExtra: extras.includes(id),
      isName: id === "owner",
      sort: {
        href: addressWith(list.path, { q: list.query, sort: isUp ? `-${id}` : id }),
        direction: isSorted ? (list.sort?.direction ?? null) : null,
      },
    };
  });
  const { isUnlocked } = list.viewer;
  const acts = severalActsOf(list.viewer);
  const listed = table(
    "Keys",
    head,
    cellsOf(rows, shown, { nowMs, markable: isUnlocked && acts.length > 0 }),
  );
  if (acts.length === 0) return listed;
  if (!isUnlocked)
    return html`${listed}
      <p class="dim">Unlock changes to mark keys and to ${listOfActs(acts)} several at once.</p>`;
  return html`<form class="stack" action="/console/several">
    ${listed}
    <div class="acts">
      ${all !== null && everyBox(list, all)}
      <p class="row">
        <span class="dim">With the marked keys:</span>
        ${acts.map((act) => html`<button name="act" value="${act}">${severalWords[act]}</button>`)}
      </p>
    </div>
  </form>`;
}

/** Marks all keys that match, on every page; they are looked for again when the plan is made, which lists them. */
function everyBox({ query, provider }: Sorted, all: readonly KeyRow[]): Html | false {
  const live = all.filter(isLiveRow).length;
  if (live < 2) return false;
  if (live > MOST_MARKED)
    return html`<p class="dim">
      ${count(live, "key")} ${query === "" ? "work" : "match and work"}, and ${MOST_MARKED} are the most that
      can be changed at once: narrow the query to mark all of them.
    </p>`;
  const which = `All ${count(live, "key")} ${query === "" ? "that work" : "that match and work"}`;
  return html`<label class="tick"
      ><input type="checkbox" class="every" name="every" value="${query}" />
      ${which}${all.length > ROWS_A_PAGE && ", on every page"}</label
    >${provider !== undefined && html`<input type="hidden" name="provider" value="${provider}" />`}`;
}

/** Marks a key for what is done to several at once; one that has ended has nothing left to be done to it. */
const markBox = (row: KeyRow): Html | false =>
  isLiveRow(row) &&
  html`<input type="checkbox" class="mark" name="key" value="${row.id}" aria-label="Mark ${keyName(row)}" />`;

/** Makes the cells of one row after the other, so that a page holds no more of them than it writes. */
function* cellsOf(
  rows: Iterable<KeyRow>,
  shown: readonly ColumnId[],
  { nowMs, markable }: { readonly nowMs: number; readonly markable: boolean },
): Generator<readonly Cell[]> {
  for (const row of rows)
    yield shown.map((id) =>
      id === "name"
        ? { body: markable ? html`${markBox(row)}${keyLink(row)}` : keyLink(row) }
        : { body: columns[id].text(row, nowMs), tone: columns[id].tone(row) },
    );
}

function readSort(
  text: string,
): { readonly column: ColumnId; readonly direction: "ascending" | "descending" } | null {
  const column = text.replace(/^-/, "");
  if (!Object.hasOwn(columns, column)) return null;
  return { column: column as ColumnId, direction: text.startsWith("-") ? "descending" : "ascending" };
}
