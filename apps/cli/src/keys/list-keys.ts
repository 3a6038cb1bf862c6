import { countOf } from "@keywarden/key-format";
import type { InventoryClient, ManagedKey } from "@keywarden/management";
import { csvLine } from "../csv.ts";
import {
  describeUnknown,
  makeKeyRow,
  matchQuery,
  narrowQuery,
  readQuery,
  safeText,
  type Condition,
  type KeyRow,
} from "@keywarden/inventory";
import { describeReplacements, readReplacements } from "./describe-replacements.ts";
import { makeKeyTable } from "./key-table.ts";
import type { ListFlags } from "./key-actions.ts";
import { asJson, type KeyWork } from "./key-work.ts";
import type { ExitStatus } from "../terminal.ts";

const pageSize = 1000;

/** `keywarden keys list [filter ...]`: page by page, so that the first keys are there before the last are asked for. */
export async function listKeysAtServer(
  { connect, judge, terminal }: KeyWork,
  flags: ListFlags,
  filters: readonly string[],
): Promise<ExitStatus> {
  const { all: isAll, format } = flags;
  const limit = flags.limit ?? (isAll ? Infinity : 100);
  const conditions = readQuery(filters.join(" "));
  const matches = matchQuery(conditions);
  const { client, now } = await connect();
  const replacements = await readReplacements(client);
  // By the server's clock, which its first answer told.
  const nowMs = now();
  const query = {
    ...(isAll || asksForDead(conditions) ? {} : { state: "active" as const }),
    ...narrowQuery(conditions, judge, nowMs),
  };
  const writer = writers[format];
  const {
    head,
    page: write,
    tail,
  } = writer(nowMs, terminal.isTerminal === true ? terminal.columns : undefined);
  let found = 0;
  let isMore = false;
  const ids = new Set<string>();
  const seen: KeyRow[] = [];
  let unknown = describeUnknown(conditions, judge, []);
  terminal.print(head);
  // Without a filter the server's page is the answer, and one key more says whether there is another.
  const size = conditions.length === 0 ? Math.min(pageSize, limit + 1) : pageSize;
  for await (const keys of readKeyPages(client, { ...query, limit: size })) {
    replacements.add(keys);
    const rows = keys.map((key) => {
      const row = makeKeyRow(key, judge, nowMs);
      return replacements.has(key.id) ? row.judged(judge, nowMs, true) : row;
    });
    if (unknown !== null) {
      seen.push(...rows);
      unknown = describeUnknown(conditions, judge, seen);
    }
    const selected = rows.filter((row) => matches(row, nowMs));
    const shown = selected.slice(0, limit - found);
    isMore = shown.length < selected.length;
    if (shown.length > 0) terminal.print(write(shown, found === 0));
    found += shown.length;
    for (const { told, isBeingReplaced } of shown) {
      ids.add(told.id);
      if (isBeingReplaced) replacements.tell(told.id);
    }
    if (isMore) break;
  }
  terminal.print(tail(isMore));
  if (unknown !== null && !isMore) {
    terminal.warn(`keywarden: ${judge.show(unknown)}\n`);
    return 2;
  }
  if (found === 0 && head === "" && tail(false) === "") terminal.warn("keywarden: no key matches\n");
  if (isMore)
    terminal.warn(
      `keywarden: more than ${countOf(limit, "key")}: --limit shows more, a filter fewer, --all every one\n`,
    );
  for (const line of [...replacements.untold(ids), ...describeReplacements(ids, terminal)])
    terminal.warn(`keywarden: ${line}\n`);
  return 0;
}

/** Asks for page after page; a page can be empty and not the last. */
async function* readKeyPages(
  client: Pick<InventoryClient, "list">,
  query: NonNullable<Parameters<InventoryClient["list"]>[0]>,
): AsyncGenerator<readonly ManagedKey[]> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.list(cursor === undefined ? query : { ...query, cursor });
    yield page.keys;
    cursor = page.nextCursor;
  }
}

interface Writer {
  readonly head: string;
  readonly page: (rows: readonly KeyRow[], isFirst: boolean) => string;
  readonly tail: (isMore: boolean) => string;
}

const writers: Readonly<Record<ListFlags["format"], (nowMs: number, columns: number | undefined) => Writer>> =
  {
    table: (nowMs, columns) => ({ head: "", page: makeKeyTable(nowMs, columns), tail: () => "" }),
    json: () => ({
      head: '{"keys":[',
      page: (rows, isFirst) =>
        `${isFirst ? "" : ","}\n${rows.map((row) => JSON.stringify(asJson(row))).join(",\n")}`,
      tail: (isMore) => `],"isMore":${isMore}}\n`,
    }),
    jsonl: () => ({
      head: "",
      page: (rows) => rows.map((row) => `${JSON.stringify(asJson(row))}\n`).join(""),
      tail: () => "",
    }),
    csv: () => ({
      head: csvLine(csvColumns.map(([title]) => title)),
      page: (rows) => rows.map((row) => csvLine(csvColumns.map(([, read]) => safeText(read(row))))).join(""),
      tail: () => "",
    }),
  };

const csvColumns: readonly (readonly [string, (row: KeyRow) => string])[] = [
  ["id", ({ told }) => told.id],
  ["provider", ({ told }) => told.provider],
  ["name", ({ told }) => told.name],
  ["kind", ({ told }) => told.kind],
  ["environment", ({ told }) => told.environment],
  ["prefix", ({ told }) => told.prefix],
  ["last_four", ({ told }) => told.lastFour],
  ["state", ({ told }) => told.state],
  ["rotation", ({ rotation }) => rotation.state],
  ["usage", ({ usage }) => usage.state],
  ["owner", ({ told }) => told.owner ?? ""],
  ["tags", ({ told }) => (told.tags.length === 0 ? "" : JSON.stringify(told.tags))],
  ["created_at", ({ told }) => told.createdAt],
  ["secret_created_at", ({ told }) => told.secretCreatedAt],
  ["last_used_at", ({ told }) => told.lastUsedAt ?? ""],
  ["expires_at", ({ told }) => told.expiresAt ?? ""],
  ["revoked_at", ({ told }) => told.revokedAt ?? ""],
];

// Whoever asks for revoked or expired keys by name wants to see them.
function asksForDead(conditions: readonly Condition[]): boolean {
  return conditions.some(
    (condition) =>
      condition.type === "field" &&
      (condition.field === "state" ||
        (condition.field === "status" &&
          condition.values.some(({ text }) => text === "revoked" || text === "expired"))),
  );
}
