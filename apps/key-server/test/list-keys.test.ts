import { builtInProviders } from "@keywarden/key-format";
import { describe, expect, test } from "vitest";
import type { ManagedKey } from "@keywarden/management";
import { makeServer, type TestServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

async function listAll(server: TestServer, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const response = await server.call("GET", `/v1/keys?${query}${cursor && `&cursor=${cursor}`}`);
    const page: { keys: ManagedKey[]; nextCursor: string | null } = response.json();
    ids.push(...page.keys.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

describe("200", () => {
  test("pages meet every key once, also those created while paging", async () => {
    await using server = await makeServer();
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      if (index % 3 === 0) server.clock.advance(1);
      made.push((await server.issue("aforo", "secret", "production")).key.id);
    }
    const first = await server.call("GET", "/v1/keys?limit=3");
    const { keys, nextCursor } = first.json<{ keys: ManagedKey[]; nextCursor: string }>();
    server.clock.advance(1);
    made.push((await server.issue("aforo", "secret", "production")).key.id);

    const rest = await server.call("GET", `/v1/keys?limit=100&cursor=${nextCursor}`);

    const met = [...keys, ...rest.json<{ keys: ManagedKey[] }>().keys].map(({ id }) => id);
    expect(met.toSorted()).toEqual(made.toSorted());
    expect((await listAll(server, "limit=2")).toSorted()).toEqual(made.toSorted());
  });

  test("the total is counted once until a key changes or its time may be over", async () => {
    await using server = await makeServer();
    const { keys } = server.storage;
    const countKeys = keys.countKeys.bind(keys);
    let counts = 0;
    Object.assign(keys, {
      countKeys: (query: Parameters<typeof countKeys>[0]) => {
        counts += 1;
        return countKeys(query);
      },
    });
    const total = async (query = "state=active") =>
      (await server.call("GET", `/v1/keys?${query}`)).json<{ total: number }>().total;
    const { key } = await server.issue("aforo", "secret", "production");
    const expiresAt = new Date(server.clock() + 5000).toISOString();
    await server.issue("aforo", "secret", "sandbox", { expiresAt });
    expect([await total(), await total(), await total("state=expired")]).toEqual([2, 2, 0]);
    expect(counts).toBe(2);
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    expect(await total()).toBe(1);
    server.clock.advance(5000);
    expect([await total(), await total("state=expired")]).toEqual([0, 1]);
    // What a key's use decides is counted each time.
    const asked = counts;
    await total("usedFrom=2026-01-01T00:00:00Z");
    await total("usedFrom=2026-01-01T00:00:00Z");
    expect(counts).toBe(asked + 2);
  });

  test("filters by provider, kind, environment and state", async () => {
    await using server = await makeServer();
    const live = await server.issue("aforo", "secret", "production");
    const sandbox = await server.issue("aforo", "secret", "sandbox");
    const open = await server.issue("aero2", "publishable", "production");
    await server.call("POST", `/v1/keys/${sandbox.key.id}/revoke`);

    expect(await listAll(server, "provider=aero2")).toEqual([open.key.id]);
    expect(await listAll(server, "kind=publishable")).toEqual([open.key.id]);
    expect(await listAll(server, "environment=sandbox")).toEqual([sandbox.key.id]);
    // By its label, as the texts of keys have it.
    expect(await listAll(server, "environment=test")).toEqual([sandbox.key.id]);
    expect(await listAll(server, "state=revoked")).toEqual([sandbox.key.id]);
    expect((await listAll(server, "provider=aforo&state=active")).toSorted()).toEqual([live.key.id]);
  });

  test("filters by owner, tags, age and use of the secret, and by what the provider's policy says", async () => {
    await using server = await makeServer({ startMs: Date.UTC(2026, 0, 1) });
    const day = 86_400_000;
    const old = await server.issue("aforo", "secret", "production", {
      owner: "ann",
      tags: ["billing", "eu"],
    });
    // Of keys of the same moment their ids decide, which are random.
    server.clock.advance(1);
    const rotated = await server.issue("aforo", "secret", "production", { owner: "bob", tags: ["billing"] });
    server.clock.advance(60 * day);
    await server.call("POST", `/v1/keys/${rotated.key.id}/rotate`, { headers: { "if-match": '"1"' } });
    const used = await server.issue("azotte", "secret", "production", { owner: "ann" });
    await server.storage.keys.touchLastUsed([{ keyId: used.key.id, lastUsedAtMs: server.clock() }]);
    server.clock.advance(31 * day);
    const [ids, then] = [[old.key.id, rotated.key.id, used.key.id], new Date(Date.UTC(2026, 1, 1)).toJSON()];
    const named = async (query: string) => (await listAll(server, query)).map((id) => ids.indexOf(id));

    expect(await named("owner=ann")).toEqual([0, 2]);
    expect(await named("owner=Ann")).toEqual([]);
    expect(await named("tag=billing")).toEqual([0, 1]);
    expect(await named("tag=billing&tag=eu&limit=1")).toEqual([0]);
    expect(await named(`secretCreatedBefore=${then}`)).toEqual([0]);
    expect(await named(`secretCreatedFrom=${then}`)).toEqual([1, 2]);
    expect(await named(`usedFrom=${then}`)).toEqual([2]);
    expect(await named(`usedBefore=${then}`)).toEqual([]);
    expect(await named(`unusedSince=${then}`)).toEqual([0, 1]);
    expect(await named("rotation=overdue")).toEqual([0]);
    expect(await named("rotation=fresh&owner=bob")).toEqual([1]);
    await server.call("POST", `/v1/keys/${old.key.id}/revoke`);
    expect(await named("rotation=revoked")).toEqual([0]);
    expect(await named("rotation=overdue")).toEqual([]);
  });

  test("by rotation also where another server describes the provider: by the default, as the console judges", async () => {
    await using server = await makeServer({ providers: [...builtInProviders, ownProvider] });
    const { key } = await server.issue("orchard", "secret", "production");
    server.clock.advance(60 * 86_400_000);
    await server.app.reload({ providers: builtInProviders });
    expect(await listAll(server, "rotation=fresh")).toEqual([key.id]);
    server.clock.advance(31 * 86_400_000);
    expect(await listAll(server, "rotation=overdue")).toEqual([key.id]);
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    expect(await listAll(server, "rotation=revoked")).toEqual([key.id]);
  });

  test("a provider's documented body stays as it is and the next page is in the Link header", async () => {
    await using server = await makeServer();
    for (let index = 0; index < 3; index += 1) await server.issue("example", "secret", "production");

    const first = await server.call("GET", "/example/v1/api-keys?limit=2");

    expect(Object.keys(first.json<object>())).toEqual(["success", "data"]);
    const link = /^<([^>]+)>; rel="next"$/.exec(String(first.headers["link"]))?.[1] ?? "";
    const second = await server.call("GET", link);
    expect(second.json<{ data: unknown[] }>().data).toHaveLength(1);
    expect(second.headers["link"]).toBeUndefined();
  });

  test("a key sees the working keys of its own environment", async () => {
    await using server = await makeServer();
    const live = await server.issue("aforo", "secret", "production");
    const gone = await server.issue("aforo", "secret", "production");
    await server.issue("aforo", "secret", "sandbox");
    await server.issue("example", "secret", "production");
    await server.call("DELETE", `/aforo/api/v1/api-keys/${gone.key.id}`);

    const response = await server.call("GET", "/aforo/api/v1/api-keys", { token: live.text });

    expect(response.json<{ api_keys: { id: string }[] }>().api_keys.map(({ id }) => id)).toEqual([
      live.key.id,
    ]);
  });

  test("shows one key with its generation as ETag", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");

    const response = await server.call("GET", `/v1/keys/${key.id}`);

    expect([response.headers["etag"], response.json()]).toEqual(['"1"', key]);
  });
});

describe("400", () => {
  const foreign = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test.each([
    ["limit=0", "BAD_REQUEST"],
    ["limit=1001", "BAD_REQUEST"],
    ["limit=ten", "BAD_REQUEST"],
    ["limit=1&limit=2", "BAD_REQUEST"],
    ["state=gone", "BAD_REQUEST"],
    ["rotation=gone", "BAD_REQUEST"],
    ["usedFrom=yesterday", "BAD_REQUEST"],
    [`tag=a${"&tag=a".repeat(10)}`, "BAD_REQUEST"],
    ["page=2", "BAD_REQUEST"],
    ["cursor=abc", "BAD_CURSOR"],
    [`cursor=${foreign([2, 0, "key_x"])}`, "BAD_CURSOR"],
    [`cursor=${foreign([1, "0", "key_x"])}`, "BAD_CURSOR"],
    [`cursor=${foreign({ id: "key_x" })}`, "BAD_CURSOR"],
    [`cursor=${"A".repeat(501)}`, "BAD_REQUEST"],
  ])("%s", async (query, code) => {
    await using server = await makeServer();

    const response = await server.call("GET", `/v1/keys?${query}`);

    expect([response.statusCode, response.json()]).toMatchObject([400, { code }]);
  });

  test("a bad cursor on a provider's route answers in its envelope", async () => {
    await using server = await makeServer();

    const response = await server.call("GET", "/aforo/api/v1/api-keys?cursor=abc");

    expect([response.statusCode, response.json()]).toMatchObject([400, { error: { code: "bad_cursor" } }]);
  });
});
