import type { KeyImportAnswer, KeyRecord } from "@keywarden/management";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, sha256 } from "@keywarden/testing";
import { array, assert, asyncProperty, boolean, constantFrom, integer, option, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

const hashOf = (text: string) => sha256(`a key of another system ${text}`);
const flat = (text: string, extra: object = {}) => ({
  provider: "aforo",
  name: `key ${text}`,
  environment: "production",
  secrets: [{ sha256: hashOf(text) }],
  ...extra,
});

async function exportAll(server: TestServer, limit = 1000): Promise<KeyRecord[]> {
  const found: KeyRecord[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const url: string = `/v1/keys/export?limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const page: { keys: KeyRecord[]; nextCursor: string | null } = (await server.call("GET", url)).json();
    found.push(...page.keys);
    cursor = page.nextCursor;
  }
  return found;
}

async function importAll(server: TestServer, keys: readonly unknown[], dryRun = false) {
  const response = await server.call("POST", "/v1/keys/import", { body: { keys, dryRun } });
  return response.json<KeyImportAnswer>();
}

describe("200", () => {
  test("thousands of keys come in one request, all or none, and others are answered meanwhile", async () => {
    await using server = await makeServer();
    const keys = Array.from({ length: 5000 }, (_, index) => flat(`many ${index}`));
    const order: string[] = [];
    const asking = (async () => {
      for (let asked = 0; asked < 3; asked += 1)
        expect((await server.call("GET", "/v1/me")).statusCode).toBe(200);
      order.push("answered");
    })();
    const named = flat("another", { id: "key_one", secrets: [{ sha256: hashOf("many 4999") }] });
    expect(await importAll(server, [...keys.slice(0, 4999), named])).toMatchObject({ created: 5000 });
    order.push("imported");
    await asking;
    expect(order).toEqual(["answered", "imported"]);
    expect(await importAll(server, keys)).toMatchObject({ created: 0, refused: [{ index: 4999 }] });
    expect(await exportAll(server)).toHaveLength(5000);
  });

  test("a key whose text has no provider's format is verified by its text, as by its hash", async () => {
    await using server = await makeServer();
    await importAll(server, [flat("of old")]);
    for (const body of [{ key: "a key of another system of old" }, { sha256: hashOf("of old") }]) {
      const response = await server.call("POST", "/v1/keys/verify", { body });
      expect(response.json()).toMatchObject({ valid: true, key: { name: "key of old" } });
    }
  });

  test("what one server exports, an empty one imports and exports the same", async () => {
    const moves = record({
      provider: constantFrom("aforo", "azotte", "example", "aero2"),
      owner: option(constantFrom("ann", "=HYPERLINK(1)", "Zoë")),
      tags: array(constantFrom("a", "b,c", 'd"e'), { maxLength: 2 }),
      rotations: integer({ min: 0, max: 3 }),
      isRevoked: boolean(),
      isUsed: boolean(),
      pauseMs: integer({ min: 0, max: 400_000 }),
    });
    await assert(
      // Few runs of many keys: making two servers takes longer than filling them.
      asyncProperty(array(moves, { minLength: 15, maxLength: 30, size: "max" }), async (keys) => {
        await using from = await makeServer();
        for (const { provider, owner, tags, rotations, isRevoked, isUsed, pauseMs } of keys) {
          const extra = { tags, ...(owner !== null && { owner }) };
          const { key } = await from.issue(provider, "secret", "production", extra);
          for (let generation = 1; generation <= rotations; generation += 1) {
            const headers = { "if-match": `"${generation}"` };
            await from.call("POST", `/v1/keys/${key.id}/rotate`, { headers });
            from.clock.advance(pauseMs);
          }
          if (isUsed) await from.storage.keys.touchLastUsed([{ keyId: key.id, lastUsedAtMs: from.clock() }]);
          if (isRevoked) await from.call("POST", `/v1/keys/${key.id}/revoke`);
        }
        await using to = await makeServer({ startMs: from.clock(), seed: 8 });
        const records = await exportAll(from, 2);
        expect(await importAll(to, records)).toEqual({ created: keys.length, existing: 0, refused: [] });
        expect(await exportAll(to)).toEqual(records);
        expect((await to.call("GET", "/v1/keys")).json()).toEqual(
          (await from.call("GET", "/v1/keys")).json(),
        );
        expect(await importAll(to, records)).toEqual({ created: 0, existing: keys.length, refused: [] });
      }),
      { numRuns: 3 },
    );
  });

  test("an imported key works, is rotated and revoked like any other, and its import is in the audit", async () => {
    await using from = await makeServer();
    const { key, text } = await from.issue("aforo", "secret", "production");
    await using to = await makeServer({ seed: 9 });
    await importAll(to, await exportAll(from));

    const verdict = await to.call("POST", "/v1/keys/verify", { body: { sha256: sha256(text) } });
    expect([verdict.statusCode, verdict.json()]).toMatchObject([200, { valid: true }]);
    const rotated = await to.call("POST", `/v1/keys/${key.id}/rotate`, { headers: { "if-match": '"1"' } });
    expect(rotated.statusCode).toBe(201);
    expect(await importAll(to, await exportAll(from))).toEqual({ created: 0, existing: 1, refused: [] });
    const { entries } = (await to.call("GET", "/v1/audit?limit=1000")).json<{ entries: object[] }>();
    expect(entries).toContainEqual(
      expect.objectContaining({ action: "key.imported", actor: "token:test admin", subject: key.id }),
    );
    expect(await to.storage.audit.verify()).toMatchObject({ ok: true });
  });

  test("hashes of another system become keys with what is known of them, and are found again", async () => {
    await using server = await makeServer();
    const createdAt = "2025-01-02T03:04:05.000Z";
    const rows = [flat("a"), flat("b", { owner: "ann", tags: ["old"], createdAt, lastUsedAt: createdAt })];
    expect(await importAll(server, rows, true)).toEqual({ created: 2, existing: 0, refused: [] });
    expect(await exportAll(server)).toEqual([]);
    expect(await importAll(server, rows)).toEqual({ created: 2, existing: 0, refused: [] });
    expect(await importAll(server, [...rows, flat("c")])).toEqual({ created: 1, existing: 2, refused: [] });
    expect(await exportAll(server)).toMatchObject([
      { name: "key b", createdAt, lastUsedAt: createdAt, secrets: [{ prefix: "sk_live_", lastFour: "" }] },
      { name: "key a" },
      { name: "key c" },
    ]);
    const found = await server.call("POST", "/v1/keys/lookup", { body: { sha256: hashOf("b") } });
    expect(found.json()).toMatchObject({ found: true, key: { owner: "ann" }, secretState: "active" });
  });

  const later = "2100-01-01T00:00:00.000Z";
  const secret = { sha256: hashOf("x") };
  test.each([
    ["nothing", {}, "provider"],
    ["an unknown provider", flat("x", { provider: "none" }), 'unknown provider "none"'],
    ["a misspelt field", flat("x", { nmae: "y" }), "nmae"],
    ["a bad hash", flat("x", { secrets: [{ sha256: "abc" }] }), "64 lower-case hex"],
    ["no secret", flat("x", { secrets: [] }), "secrets"],
    ["a kind that the provider has not", flat("x", { kind: "restricted" }), "has no restricted keys"],
    ["a creation in the future", flat("x", { createdAt: later }), "in the future"],
    [
      "another provider's prefix",
      flat("x", { secrets: [{ ...secret, prefix: "xx_" }] }),
      "begin with sk_live_",
    ],
    ["a permission that it cannot have", flat("x", { permissions: ["fly"] }), "permissions"],
    ["a restriction that it cannot have", flat("x", { restrictions: { tenant: "t" } }), "restrictions"],
    ["two secrets without an end", flat("x", { secrets: [secret, { sha256: hashOf("y") }] }), "has no end"],
    [
      "a generation that goes down",
      flat("x", {
        secrets: [
          { ...secret, generation: 2 },
          { sha256: hashOf("y"), generation: 1 },
        ],
      }),
      "do not go up",
    ],
    ["an id that no server gives", flat("x", { id: "export" }), "must be key_"],
  ])("%s is refused by its place, and with it everything", async (_, bad, words) => {
    await using server = await makeServer();
    const { refused, created } = await importAll(server, [flat("a"), bad]);
    expect([created, refused]).toMatchObject([0, [{ index: 1, reason: "invalid" }]]);
    expect(refused[0]?.message).toContain(words);
    expect(await exportAll(server)).toEqual([]);
  });

  test("a whole key in a field is refused, and neither stored nor repeated", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production");
    const response = await server.call("POST", "/v1/keys/import", {
      body: { keys: [flat("x", { name: text }), flat("y", { [text]: 1 })] },
    });
    expect(response.json<KeyImportAnswer>().refused).toHaveLength(2);
    assertNoKey(response.body + server.log.text, [new Secret(text)]);
  });

  test("a hash or id that is somebody else's is a conflict, and so is one that comes twice", async () => {
    await using server = await makeServer();
    await importAll(server, [flat("a", { id: "key_a" }), flat("b", { id: "key_b" })]);
    const { refused } = await importAll(server, [
      flat("a", { id: "key_c" }),
      flat("d", { id: "key_b" }),
      flat("b", { id: "key_b", provider: "example", secrets: [{ sha256: hashOf("f") }] }),
      flat("e"),
      flat("e"),
    ]);
    expect(refused).toMatchObject([
      { index: 0, reason: "conflict", message: expect.stringContaining("belongs to key_a") as string },
      { index: 1, message: expect.stringContaining("with another secret") as string },
      { index: 2, message: expect.stringContaining("comes twice: also in key 1") as string },
      { index: 4, message: expect.stringContaining("also in key 3") as string },
    ]);
  });

  test("a key that was revoked where it comes from and works here is a conflict, until it is revoked here", async () => {
    await using server = await makeServer();
    const before = flat("a", { id: "key_a" });
    await importAll(server, [before]);
    server.clock.advance(60_000);
    const after = { ...before, revokedAt: new Date(server.clock() - 30_000).toISOString() };
    expect(await importAll(server, [after, flat("b")])).toMatchObject({
      created: 0,
      existing: 0,
      refused: [{ index: 0, message: expect.stringContaining("key_a is not revoked here, and was at ") }],
    });
    await server.call("POST", "/v1/keys/key_a/revoke");
    expect(await importAll(server, [after, flat("b")])).toMatchObject({ created: 1, existing: 1 });
    // What is older than its revocation here is skipped, and does not bring it back.
    expect(await importAll(server, [before])).toMatchObject({ created: 0, existing: 1 });
  });

  test("a tenant keeps its one standard key", async () => {
    await using server = await makeServer();
    const restrictions = { tenant: "tenant_1" };
    await server.issue("aurora-solar", "secret", "production", { restrictions });
    const row = (text: string, tenant: string) =>
      flat(text, { provider: "aurora-solar", restrictions: { tenant } });
    const { refused } = await importAll(server, [
      row("a", "tenant_1"),
      row("b", "tenant_2"),
      row("c", "tenant_2"),
    ]);
    expect(refused.map(({ index }) => index)).toEqual([0, 2]);
  });
});

describe("400, 403, 413", () => {
  test("only an administrator imports, and only who may create exports", async () => {
    await using server = await makeServer();
    const statuses = async (role: "admin" | "operator" | "responder" | "reader" | "verifier") => {
      const token = await server.tokenFor(role);
      const get = await server.call("GET", "/v1/keys/export", { token });
      const post = await server.call("POST", "/v1/keys/import", { token, body: { keys: [] } });
      return [get.statusCode, post.statusCode];
    };
    expect(await statuses("admin")).toEqual([200, 200]);
    expect(await statuses("operator")).toEqual([200, 403]);
    for (const role of ["responder", "reader", "verifier"] as const)
      expect(await statuses(role)).toEqual([403, 403]);
  });

  test("a body has a limit in keys and in bytes", async () => {
    await using server = await makeServer();
    const many = { keys: Array.from({ length: 5001 }, () => ({})) };
    expect((await server.call("POST", "/v1/keys/import", { body: many })).statusCode).toBe(400);
    const large = { keys: [flat("x".repeat(9_000_000))] };
    expect((await server.call("POST", "/v1/keys/import", { body: large })).statusCode).toBe(413);
  });

  test("an export is in the audit page by page, with who asked and for how many, also one that begins with a cursor", async () => {
    await using server = await makeServer();
    await importAll(server, [flat("a"), flat("b"), flat("c")]);
    await exportAll(server, 2);
    const forged = Buffer.from(JSON.stringify([1, 0, "a"])).toString("base64url");
    const all = await server.call("GET", `/v1/keys/export?cursor=${forged}`);
    expect(all.json<{ keys: unknown[] }>().keys).toHaveLength(3);
    const { entries } = (await server.call("GET", "/v1/audit?limit=1000")).json<{
      entries: { action: string }[];
    }>();
    expect(entries.filter(({ action }) => action === "keys.exported")).toMatchObject([
      { actor: "token:test admin", details: { keys: 2, isContinued: false } },
      { actor: "token:test admin", details: { keys: 1, isContinued: true } },
      { actor: "token:test admin", details: { keys: 3, isContinued: true } },
    ]);
  });
});
