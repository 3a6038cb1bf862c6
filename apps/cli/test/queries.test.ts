import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  inventoryNowMs as nowMs,
  isListed,
  makeManagedKey,
  makeTemporaryDirectory,
  type TestKeyQuery,
} from "@keywarden/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @boundaries-ignore the corpus is one for every reader of the language
import queries from "../../../test/vectors/queries.json" with { type: "json" };
import { runHere } from "./terminal.ts";

const corpus = queries.keys.map((given) => makeManagedKey(given as Parameters<typeof makeManagedKey>[0]));

const place = makeTemporaryDirectory();
let dateMs: number | null = null;
let served = corpus;
// Lists as a keywarden-server does, page by page.
const server = createServer((request, response) => {
  const { searchParams, pathname } = new URL(request.url ?? "/", "http://localhost");
  const query: TestKeyQuery = { ...Object.fromEntries(searchParams), tag: searchParams.getAll("tag") };
  const listed = served.filter((key) => isListed(key, query));
  const from = Number(searchParams.get("cursor") ?? 0);
  const keys = listed.slice(from, from + 4);
  const nextCursor = from + 4 < listed.length ? String(from + 4) : null;
  response.setHeader("content-type", "application/json");
  // The keys are of a time of their own.
  response.sendDate = false;
  if (dateMs !== null) response.setHeader("date", new Date(dateMs).toUTCString());
  response.end(
    JSON.stringify(pathname === "/v1/audit" ? { entries: [], nextAfter: null } : { keys, nextCursor }),
  );
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  writeFileSync(join(place.path, "token"), "token-of-a-test", { mode: 0o600 });
});
afterAll(async () => {
  await new Promise((resolve) => void server.close(resolve));
  place.remove();
});

const call = (words: string, machineMs: number, ...more: readonly string[]) =>
  runHere(
    [
      ...`${words} --token-file token --server`.split(" "),
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...more,
    ],
    { directory: place.path, nowMs: machineMs },
  );
const list = (query: string, machineMs = nowMs) =>
  call("keys list --all --format jsonl", machineMs, "--", query);

// The same queries select the same keys in the terminal UI: apps/tui/test/queries.test.ts.
describe("keys list", () => {
  it.each(queries.cases)("lists for $query the keys $selects", async ({ query, selects }) => {
    const { status, stdout } = await list(query);
    const ids = stdout
      .split("\n")
      .flatMap((line) => (line === "" ? [] : (JSON.parse(line) as { id: string }).id));
    expect([status, ids]).toEqual([0, selects]);
  });

  it.each(queries.mistakes)("says for $query what is wrong", async ({ query, message }) => {
    const { status, stdout, stderr } = await list(query);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message ?? "at character");
  });

  it.each(queries.unknown)("does not say for $query that no key matches", async ({ query, message }) => {
    const { status, stderr } = await list(query);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("counts by the server's clock, and says that this machine's differs", async () => {
    dateMs = nowMs;
    try {
      for (const [ms, ahead] of [
        [nowMs + 40 * 86_400_000, "40d ahead of"],
        [nowMs - 7_200_000, "2h behind"],
      ] as const) {
        const { stdout, stderr } = await list("age>90d", ms);
        const sentence = `keywarden: this machine's clock is ${ahead} the server's, whose time is shown\n`;
        expect(stderr.split(sentence).length).toBe(2);
        expect(stdout).toBe((await list("age>90d")).stdout);
      }
      expect((await list("", nowMs + 59_000)).stderr).not.toContain("clock");
    } finally {
      dateMs = null;
    }
  });

  // By a clock an hour behind, amy would have left before the secret was made, and had never known it.
  it("rotates what somebody who leaves now knows by the server's clock", async () => {
    const createdAt = new Date(nowMs - 1_800_000).toISOString();
    served = [makeManagedKey({ id: "key-new", owner: "amy", createdAt, secretCreatedAt: createdAt })];
    dateMs = nowMs;
    try {
      const { status, stdout, stderr } = await call("rotate --departed amy", nowMs - 3_600_000);
      expect(stderr).toBe("keywarden: this machine's clock is 1h behind the server's, whose time is shown\n");
      expect(stdout).toMatch(/^24 h left  key-new  /);
      expect(status).toBe(1);
    } finally {
      dateMs = null;
      served = corpus;
    }
  });

  it("says so of a misspelt provider beside one that has keys", async () => {
    const { status, stdout, stderr } = await list("provider:aforo,afro");
    expect([status, stderr]).toEqual([2, expect.stringContaining("Did you mean aforo?")]);
    expect(stdout).toContain("key-old");
  });
});
