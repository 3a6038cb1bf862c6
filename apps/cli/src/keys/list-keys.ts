import type { InventoryClient, ManagedKey } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import { csvLine } from "./csv.ts";
import {
  judgeKey,
  matchQuery,
  narrowQuery,
  readQuery,
  type Condition,
  type JudgedKey,
} from "@keywarden/inventory";
import { makeKeyTable } from "./key-table.ts";
import { asJson, type KeyAction } from "./key-work.ts";
import { plainText } from "./plain-text.ts";

const pageSize = 1000;

/** `keywarden keys list [filter ...]`: page by page, so that the first keys are there before the last are asked for. */
export const listKeys: KeyAction = async ({ client, providers, profileOf, options, terminal, rest }) => {
  const { switches, values } = options;
  const isAll = switches.has("all");
  const limit = isAll && !values.has("limit") ? Infinity : readLimit(values.get("limit") ?? "100");
  const conditions = readQuery(rest.join(" "));
  const matches = matchQuery(conditions);
  const nowMs = terminal.now();
  const query = {
    ...(isAll || asksForDead(conditions) ? {} : { state: "active" as const }),
    ...narrowQuery(conditions, providers, nowMs),
  };
  const writer = writers[switches.has("json") ? "json" : (values.get("format") ?? "table")];
  if (writer === undefined) throw new TypeError("the table of flags has a format that nobody writes");
  const { head, page: write, tail } = writer(terminal.isTerminal === true ? terminal.columns : undefined);
  let found = 0;
  let isMore = false;
  terminal.print(head);
  // Without a filter the server's page is the answer, and one key more says whether there is another.
  const size = conditions.length === 0 ? Math.min(pageSize, limit + 1) : pageSize;
  for await (const keys of readKeyPages(client, { ...query, limit: size })) {
    const judged = keys.map((key) => judgeKey(key, profileOf, nowMs)).filter(matches);
    const shown = judged.slice(0, limit - found);
    isMore = shown.length < judged.length;
    if (shown.length > 0) terminal.print(write(shown, found === 0));
    found += shown.length;
    if (isMore) break;
  }
  terminal.print(tail(isMore));
  if (found === 0 && head === "" && tail(false) === "") terminal.warn("keywarden: no key matches\n");
  if (isMore)
    terminal.warn(
      `keywarden: there are more than ${limit}: --limit shows more, a filter fewer, --all every one\n`,
    );
  return 0;
};

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
  readonly page: (keys: readonly JudgedKey[], isFirst: boolean) => string;
  readonly tail: (isMore: boolean) => string;
}

const writers: Readonly<Record<string, (columns: number | undefined) => Writer>> = {
  table: (columns) => ({ head: "", page: makeKeyTable(columns), tail: () => "" }),
  json: () => ({
    head: '{"keys":[',
    page: (keys, isFirst) =>
      `${isFirst ? "" : ","}\n${keys.map((key) => JSON.stringify(asJson(key))).join(",\n")}`,
    tail: (isMore) => `],"isMore":${isMore}}\n`,
  }),
  jsonl: () => ({
    head: "",
    page: (keys) => keys.map((key) => `${JSON.stringify(asJson(key))}\n`).join(""),
    tail: () => "",
  }),
  csv: () => ({
    head: csvLine(csvColumns.map(([title]) => title)),
    page: (keys) =>
      keys.map((judged) => csvLine(csvColumns.map(([, read]) => plainText(read(judged))))).join(""),
    tail: () => "",
  }),
};

const csvColumns: readonly (readonly [string, (judged: JudgedKey) => string])[] = [
  ["id", ({ key }) => key.id],
  ["provider", ({ key }) => key.provider],
  ["name", ({ key }) => key.name],
  ["kind", ({ key }) => key.kind],
  ["environment", ({ key }) => key.environment],
  ["prefix", ({ key }) => key.prefix],
  ["last_four", ({ key }) => key.lastFour],
  ["state", ({ key }) => key.state],
  ["rotation", ({ status }) => status],
  ["usage", ({ usage }) => usage],
  ["owner", ({ key }) => key.owner ?? ""],
  ["tags", ({ key }) => (key.tags.length === 0 ? "" : JSON.stringify(key.tags))],
  ["created_at", ({ key }) => key.createdAt],
  ["secret_created_at", ({ key }) => key.secretCreatedAt],
  ["last_used_at", ({ key }) => key.lastUsedAt ?? ""],
  ["expires_at", ({ key }) => key.expiresAt ?? ""],
  ["revoked_at", ({ key }) => key.revokedAt ?? ""],
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

function readLimit(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new CliError("CLI_USAGE", `--limit is a number of keys, not ${JSON.stringify(text)}.`);
}
