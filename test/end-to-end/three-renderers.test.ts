import { createHash } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { makeJudge, makeKeyRow } from "@keywarden/inventory";
import { providersOf } from "@keywarden/key-format";
import type { ImportedKey, ManagedKey } from "@keywarden/management";
import { inventoryNowMs as nowMs } from "@keywarden/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKeyTable } from "../../apps/cli/src/keys/key-table.ts";
import { makeServer, type TestServer } from "../../apps/key-server/test/make-server.ts";
import { themes } from "../../apps/tui/src/theme.ts";
import { drive } from "../../apps/tui/test/drive.ts";

const dayMs = 86_400_000;
const ago = (days: number): string => new Date(nowMs - days * dayMs).toISOString();

const imported = (
  name: string,
  provider: string,
  ageDays: number,
  usedDays: number | null,
  more: Partial<ImportedKey> = {},
): ImportedKey => ({
  provider,
  name,
  kind: "secret",
  environment: "production",
  createdAt: ago(ageDays),
  trackingSince: ago(ageDays),
  ...(usedDays !== null && { lastUsedAt: ago(usedDays) }),
  secrets: [{ sha256: createHash("sha256").update(name).digest("hex"), createdAt: ago(ageDays) }],
  ...more,
});

/** A key in each state that the words and tones tell apart, and names that would like to be something else. */
const corpus: readonly ImportedKey[] = [
  imported("key-overdue-production", "example", 130, 0, { owner: "ann", tags: ["pci", "eu"] }),
  imported("key-overdue-sandbox", "example", 130, 2, { environment: "sandbox" }),
  imported("key-due-soon", "example", 86, 1, { owner: "team-data" }),
  imported("key-fresh", "aforo", 3, 0),
  imported("key-dormant", "aforo", 200, 150),
  imported("key-never-used", "aforo", 140, null),
  imported("key-publishable", "aero2", 400, 1, { kind: "publishable" }),
  imported("<b>&amp;'\"", "azotte", 10, 5, { owner: "<i>" }),
  imported("名前-key", "azotte", 10, 5),
];

interface Shown {
  readonly words: Readonly<Record<string, string>>;
  readonly tones: Readonly<Record<string, string>>;
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&amp;": "&",
};
const decode = (text: string): string =>
  text
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity)
    .trim();

/** What the console's table says of each key, by name. */
function readPage(page: string): ReadonlyMap<string, Shown> {
  const rows = [...page.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].flatMap(([, row = ""]) => {
    const name = /role="rowheader"[^>]*>([\s\S]*?)<\/th>/.exec(row)?.[1];
    if (name === undefined) return [];
    const cells = [
      ...row.matchAll(/<td[^>]*class="([a-z-]*)[^"]*"[^>]*data-title="([^"]*)"[^>]*>([\s\S]*?)<\/td>/g),
    ];
    const words = Object.fromEntries(cells.map(([, , title = "", body = ""]) => [title, decode(body)]));
    const tones = Object.fromEntries(cells.map(([, tone = "", title = ""]) => [title, tone]));
    return [[decode(name), { words, tones }] as const];
  });
  return new Map(rows);
}

const isOf = (line: string, name: string): boolean => line.slice(2).trimStart().startsWith(`${name} `);
const lineOf = (screen: string, name: string): string =>
  screen.split("\n").find((line) => isOf(line, name)) ?? "";

const ended: Readonly<Record<string, readonly string[]>> = { 22: ["1", "2"], 27: ["7"] };

const sgrOrSign = new RegExp(String.raw`\u001B\[([\d;]*)m|[^\u001B]`, "g");

/** The SGR codes in force where a word begins, however the terminal was told of them. */
function codesOf(line: string, word: string): readonly string[] {
  let codes: readonly string[] = [];
  let text = "";
  const at = stripVTControlCharacters(line).indexOf(` ${word}`) + 1;
  for (const [part = "", sequence] of line.matchAll(sgrOrSign)) {
    if (sequence === undefined) {
      if (text.length === at) break;
      text += part;
      continue;
    }
    for (const code of sequence.split(";")) {
      if (code === "0" || code === "") codes = [];
      else if (code === "39") codes = codes.filter((one) => !/^3\d$/.test(one));
      else if (ended[code] !== undefined) codes = codes.filter((one) => ended[code]?.includes(one) !== true);
      else codes = [...codes, code];
    }
  }
  return codes.toSorted();
}

let server: TestServer;
let keys: readonly ManagedKey[];
let page: ReadonlyMap<string, Shown>;
beforeAll(async () => {
  server = await makeServer({ startMs: nowMs });
  const made = await server.call("POST", "/v1/keys/import", { body: { keys: corpus } });
  if (made.json<{ created: number }>().created !== corpus.length) throw new Error(made.body);
  const { key } = await server.issue("aero2", "secret", "production", { name: "key-in-grace" });
  await server.call("POST", `/v1/keys/${key.id}/rotate`, { headers: { "if-match": '"1"' } });
  const revoked = await server.issue("aforo", "secret", "sandbox", { name: "key-revoked" });
  await server.call("POST", `/v1/keys/${revoked.key.id}/revoke`);
  keys = (await server.call("GET", "/v1/keys?limit=100")).json<{ keys: ManagedKey[] }>().keys;
  const signedIn = await server.app.http.inject({
    method: "POST",
    url: "/console/sign-in",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams({ token: await server.tokenFor("admin") }).toString(),
  });
  const cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? "";
  page = readPage(
    (await server.app.http.inject({ method: "GET", url: "/console/keys", headers: { cookie } })).body,
  );
});
afterAll(() => server[Symbol.asyncDispose]());

describe("console, terminal and CLI", () => {
  test("say the same words of every key", () => {
    const judge = makeJudge(providersOf([]));
    const rows = keys.map((key) => makeKeyRow(key, judge, nowMs));
    const table = makeKeyTable(nowMs, undefined)(rows);
    const terminal = drive({ columns: 300, rows: 40 });
    terminal.load(keys);
    const screen = terminal.screen();
    expect(page.size).toBe(corpus.length + 2);
    for (const row of rows) {
      const shown = page.get(row.name);
      const inTable = table.split("\n").find((line) => line.startsWith(row.id)) ?? "";
      const onScreen = lineOf(screen, row.name);
      for (const [title, words] of Object.entries(shown?.words ?? {})) {
        expect(` ${onScreen} `, `${row.name}: ${title} in the terminal`).toContain(` ${words} `);
        // The CLI's table has no such column.
        const ofTable = title === "Kind" ? words : inTable;
        expect(` ${ofTable} `, `${row.name}: ${title} in the CLI`).toContain(` ${words} `);
      }
    }
  });

  test("mean the same by a class of the console and a colour of the terminal", () => {
    const terminal = drive({ columns: 300, rows: 40 });
    terminal.load(keys);
    const [chosen = ""] = terminal.keys.map(({ name }) => name);
    const lines = terminal.screen(true).split("\n");
    const seen = new Set<string>();
    for (const [name, { words, tones }] of page) {
      // The chosen row is inverse as a whole, and a key that has ended recedes as a whole.
      if (name === chosen || name === "key-revoked") continue;
      const line = lines.find((one) => isOf(stripVTControlCharacters(one), name)) ?? "";
      for (const [title, tone] of Object.entries(tones)) {
        const code = (themes["calm"] as Readonly<Record<string, string>>)[tone];
        if (code === undefined || code === "") continue;
        seen.add(tone);
        expect(codesOf(line, words[title] ?? ""), `${name}: ${title} is ${tone}`).toEqual(
          code.split(";").toSorted(),
        );
      }
    }
    expect([...seen].toSorted()).toEqual(expect.arrayContaining(["danger", "dim", "production", "warning"]));
  });
});
