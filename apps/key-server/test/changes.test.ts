import { gunzipSync } from "node:zlib";
import type { ChangePage } from "@keywarden/management";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

async function changesAfter(
  server: TestServer,
  after: number,
  extra = "",
  token?: string,
): Promise<ChangePage> {
  const answer = await server.call(
    "GET",
    `/v1/changes?after=${after}${extra}`,
    token === undefined ? {} : { token },
  );
  expect(answer.statusCode).toBe(200);
  return answer.json<ChangePage>();
}

/** Follows the feed to its end, a few changes at a time. */
async function follow(server: TestServer, from: number, limit: number) {
  const seen: ChangePage["changes"] = [];
  for (let after = from; ;) {
    const page = await changesAfter(server, after, `&limit=${limit}`);
    seen.push(...page.changes);
    after = page.nextAfter;
    if (!page.hasMore) return { seen, after };
  }
}

describe("GET /v1/changes", () => {
  test("tells every change in its order, with the keys as they are now", async () => {
    await using server = await makeServer();
    const begin = (await server.call("GET", "/v1/changes")).json<ChangePage>();
    expect(begin).toMatchObject({ changes: [], hasMore: false });
    const { key } = await server.issue("example", "secret", "production");
    const url = `/v1/keys/${key.id}`;
    await server.call("PATCH", url, { body: { owner: "ann" }, headers: { "if-match": '"1"' } });
    await server.call("GET", "/v1/keys/export");
    await server.call("POST", `${url}/disable`);
    await server.call("POST", `${url}/enable`);
    await server.call("POST", `${url}/rotate`, { headers: { "if-match": '"1"' } });
    await server.tokenFor("reader");
    await server.call("POST", `${url}/revoke`);
    const page = await changesAfter(server, begin.nextAfter);
    expect(page.changes.map(({ action, kind }) => `${kind} ${action}`)).toEqual([
      "key key.created",
      "key key.edited",
      "key key.disabled",
      "key key.enabled",
      "key key.rotated",
      "token token.created",
      "key key.revoked",
    ]);
    expect(page.keys).toMatchObject([
      { id: key.id, owner: "ann", state: "revoked", generation: 2, revision: 3 },
    ]);
    expect((await follow(server, begin.nextAfter, 2)).seen).toEqual(page.changes);
    expect(await changesAfter(server, page.nextAfter)).toMatchObject({ changes: [], hasMore: false });
  });

  test("waits for the next change, and lets go when the server closes", async () => {
    const server = await makeServer();
    const { nextAfter } = (await server.call("GET", "/v1/changes")).json<ChangePage>();
    const waiting = changesAfter(server, nextAfter, "&wait=60");
    await server.call("POST", "/v1/keys/verify", { body: { key: "nobody's" } });
    const { key } = await server.issue("example", "secret", "production");
    const page = await waiting;
    expect(page.changes).toMatchObject([{ id: key.id, action: "key.created" }]);
    const last = changesAfter(server, page.nextAfter, "&wait=60");
    await server[Symbol.asyncDispose]();
    expect((await last).changes).toEqual([]);
  });

  test("shows a role what its lists show, and passes over the rest", async () => {
    await using server = await makeServer();
    const reader = await server.tokenFor("responder");
    await server.issue("example", "secret", "production");
    const page = await changesAfter(server, 0, "", reader);
    expect(page.changes.map(({ kind }) => kind)).toEqual(["key"]);
    expect(page.keys).toHaveLength(1);
    const verifier = await changesAfter(server, 0, "", await server.tokenFor("verifier"));
    expect([verifier.changes, verifier.keys]).toEqual([page.changes, []]);
  });

  test("says so when a place is not of this storage", async () => {
    await using server = await makeServer();
    const answer = await server.call("GET", "/v1/changes?after=999999");
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, "BAD_CURSOR"]);
  });

  test("says so too when another storage has grown past the place", async () => {
    await using server = await makeServer();
    await using restored = await makeServer();
    const begin = (await server.call("GET", "/v1/changes")).json<ChangePage>();
    await server.issue("example", "secret", "production");
    await server.call("GET", "/v1/keys/export");
    const page = await changesAfter(server, begin.nextAfter, `&mark=${begin.mark}`);
    for (const name of ["one", "two", "three", "four"])
      await restored.issue("example", "secret", "production", { name });
    const head = await server.storage.audit.head();
    expect(page).toMatchObject({ nextAfter: head.sequence, mark: head.hash.slice(0, 16) });
    const query = `/v1/changes?after=${page.nextAfter}&mark=${page.mark}`;
    const there = await restored.call("GET", query);
    expect([there.statusCode, there.json<{ code: string }>().code]).toEqual([400, "BAD_CURSOR"]);
    expect((await server.call("GET", query)).json()).toMatchObject({
      changes: [],
      nextAfter: page.nextAfter,
    });
    // A page that ends before the feed does has the mark of its own end.
    const first = await changesAfter(server, 0, "&limit=1");
    expect(await changesAfter(server, first.nextAfter, `&mark=${first.mark}`)).toMatchObject({
      hasMore: false,
    });
    expect(first.hasMore).toBe(true);
    const start = (await changesAfter(restored, 0, `&mark=${"0".repeat(16)}`)).changes;
    expect(start.length).toBeGreaterThan(0);
  });

  test("is compressed for whoever takes it", async () => {
    await using server = await makeServer();
    for (let count = 0; count < 20; count += 1) await server.issue("example", "secret", "production");
    const headers = { "accept-encoding": "br;q=1, gzip" };
    const packed = await server.call("GET", "/v1/changes?after=0", { headers });
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
    expect(JSON.parse(gunzipSync(packed.rawPayload).toString())).toEqual(await changesAfter(server, 0));
    const plain = await server.call("GET", "/v1/changes?after=0", {
      headers: { "accept-encoding": "gzip;q=0" },
    });
    expect(plain.headers["content-encoding"]).toBeUndefined();
  });
});

describe("changes by writers at once", () => {
  test("are neither lost nor told in another order, wherever a reader goes on", async () => {
    await using server = await makeServer();
    const { keys } = server.storage;
    const { key } = await server.issue("example", "secret", "production");
    const steps = fc.array(fc.nat(3), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (names, limit) => {
        const begin = (await server.call("GET", "/v1/changes")).json<ChangePage>().nextAfter;
        const writers = names.map(async (name, index) => {
          const actor = `writer ${index}`;
          const changes = { name: `${name} ${index}` };
          const result = await keys.changeKey({
            id: key.id,
            changes,
            audit: { action: "key.edited", actor },
          });
          return result.ok && result.isChanged ? [actor] : [];
        });
        const during = follow(server, begin, limit);
        const written = (await Promise.all(writers)).flat();
        const first = await during;
        const rest = await follow(server, first.after, limit);
        const seen = [...first.seen, ...rest.seen];
        expect(seen.map(({ actor }) => actor).toSorted()).toEqual(written.toSorted());
        const sequences = seen.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...new Set(sequences)].toSorted((left, right) => left - right));
      }),
      { numRuns: 30 },
    );
  });
});

describe("GET /v1/audit", () => {
  test("tells what was done to one key, by whom and when, from either end", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    await server.issue("aforo", "secret", "production");
    server.clock.advance(60_000);
    await server.call("POST", `/v1/keys/${key.id}/disable`);
    const actions = async (query: string) =>
      (await server.call("GET", `/v1/audit?${query}`))
        .json<{ entries: { action: string }[] }>()
        .entries.map(({ action }) => action);
    expect(await actions(`key=${key.id}`)).toEqual(["key.created", "key.disabled"]);
    expect(await actions(`key=${key.id}&order=newest-first`)).toEqual(["key.disabled", "key.created"]);
    expect(await actions("from=2026-01-01T00:00:30Z")).toEqual(["key.disabled"]);
    expect(await actions("to=2026-01-01T00:00:30Z&action=key.created")).toHaveLength(2);
    expect(await actions("actor=policy")).toEqual([]);
    const page = await server.call("GET", `/v1/audit?key=${key.id}&order=newest-first&limit=1`);
    const { nextBefore } = page.json<{ nextBefore: number }>();
    expect(await actions(`key=${key.id}&order=newest-first&before=${nextBefore}`)).toEqual(["key.created"]);
  });
});

describe("a total", () => {
  test("counts what the pages of the same question hold together", async () => {
    await using server = await makeServer();
    for (const provider of ["aforo", "aforo", "aero2"]) await server.issue(provider, "secret", "production");
    const total = async (query: string) =>
      (await server.call("GET", `/v1/keys?${query}`)).json<{
        total: number | null;
        nextCursor: string | null;
      }>();
    expect(await total("limit=1")).toMatchObject({ total: 3 });
    expect(await total("provider=aforo")).toMatchObject({ total: 2 });
    expect(await total("rotation=fresh")).toMatchObject({ total: null });
    const { nextCursor } = await total("limit=1");
    expect(await total(`limit=1&cursor=${nextCursor}`)).toMatchObject({ total: 3 });
  });
});
