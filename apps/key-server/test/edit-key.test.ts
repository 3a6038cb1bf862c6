import { describe, expect, test } from "vitest";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";

const seen = (etag: unknown) => ({ "if-match": String(etag) });

async function etagOf(server: TestServer, id: string): Promise<string> {
  return String((await server.call("GET", `/v1/keys/${id}`)).headers["etag"]);
}

async function edit(server: TestServer, id: string, body: object, etag?: string) {
  return server.call("PATCH", `/v1/keys/${id}`, {
    body,
    headers: seen(etag ?? (await etagOf(server, id))),
  });
}

describe("PATCH /v1/keys/{id}", () => {
  test("changes what is named and nothing else, and says the new ETag", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production", {
      owner: "ann",
      restrictions: { product: "p1", ipRanges: ["10.0.0.0/8"] },
      metadata: { team: "shop", cost: 3 },
    });
    const answer = await edit(server, key.id, {
      name: "billing",
      owner: "ben",
      tags: ["env:production"],
      metadata: { cost: null, tier: "gold" },
      restrictions: { ipRanges: null, rateLimits: [{ requests: 5, windowSeconds: 60 }] },
      expiresAt: "2027-01-01T00:00:00.000Z",
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["etag"]).toBe('"1.1"');
    expect(answer.json()).toMatchObject({
      outcome: "changed",
      key: {
        name: "billing",
        owner: "ben",
        tags: ["env:production"],
        metadata: { team: "shop", tier: "gold" },
        restrictions: { product: "p1", rateLimits: [{ requests: 5, windowSeconds: 60 }] },
        expiresAt: "2027-01-01T00:00:00.000Z",
        generation: 1,
        revision: 1,
      },
    });
    expect(answer.json<{ key: object }>().key).toEqual(
      (await server.call("GET", `/v1/keys/${key.id}`)).json(),
    );
    expect((await edit(server, key.id, { name: "billing" })).json()).toMatchObject({ outcome: "unchanged" });
  });

  test("needs the state that was seen: 428 without it, 412 where it is stale, with who was faster", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const url = `/v1/keys/${key.id}`;
    expect((await server.call("PATCH", url, { body: { name: "a" } })).statusCode).toBe(428);
    const first = await etagOf(server, key.id);
    expect((await edit(server, key.id, { name: "a" }, first)).statusCode).toBe(200);
    const late = await edit(server, key.id, { name: "b" }, first);
    expect(late.statusCode).toBe(412);
    expect(late.json()).toMatchObject({
      code: "GENERATION_CHANGED",
      lostUpdate: { generation: 1, changedBy: "token:test admin" },
    });
    expect((await edit(server, key.id, { name: "b" }, '"nonsense"')).statusCode).toBe(400);
    expect((await edit(server, key.id, { name: "b" }, "*")).statusCode).toBe(200);
    // A rotation replaces the secret that was seen, whatever the key is called meanwhile.
    const rotated = await server.call("POST", `${url}/rotate`, { headers: seen('"1"') });
    expect([rotated.statusCode, rotated.headers["etag"]]).toEqual([201, '"2.2"']);
  });

  test("holds for the next request", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("example", "secret", "production");
    const verify = async () =>
      (await server.call("POST", "/v1/keys/verify", { body: { key: text, ip: "192.0.2.1" } })).json<{
        valid: boolean;
        code?: string;
      }>();
    expect(await verify()).toMatchObject({ valid: true });
    await edit(server, key.id, { restrictions: { ipRanges: ["10.0.0.0/8"] } });
    expect(await verify()).toMatchObject({ valid: false, code: "ip-not-allowed" });
    await edit(server, key.id, { restrictions: null });
    expect(await verify()).toMatchObject({ valid: true });
  });

  test.each([
    [{ permissions: ["no:such"] }, 400],
    [{ restrictions: { product: "p1" } }, 400],
    [{ restrictions: { endpoints: ["GET /a/**/b"] } }, 400],
    [{ expiresAt: "2020-01-01T00:00:00Z" }, 400],
    [{ name: "" }, 400],
    [{ colour: "red" }, 400],
  ])("refuses %j, which the provider's keys cannot have", async (body, status) => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const permitted =
      "permissions" in body ? (await server.issue("azotte", "secret", "production")).key : key;
    expect((await edit(server, permitted.id, body)).statusCode).toBe(status);
  });

  test("gives a tenant no second key of the one kind that it has one of", async () => {
    await using server = await makeServer();
    const bound = (tenant: string) => ({ restrictions: { tenant } });
    await server.issue("aurora-solar", "secret", "production", bound("a"));
    const { key } = await server.issue("aurora-solar", "secret", "production", bound("b"));
    expect((await edit(server, key.id, bound("a"))).json()).toMatchObject({ code: "KEY_EXISTS" });
  });

  test("brings nothing back to life", async () => {
    await using server = await makeServer();
    const expiresAt = "2026-01-01T00:00:01.000Z";
    const { key } = await server.issue("example", "secret", "production", { expiresAt });
    server.clock.advance(1000);
    expect((await edit(server, key.id, { expiresAt: null })).json()).toMatchObject({ code: "KEY_EXPIRED" });
    expect((await server.call("POST", `/v1/keys/${key.id}/enable`)).json()).toMatchObject({
      code: "KEY_EXPIRED",
    });
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    expect((await edit(server, key.id, { name: "x" })).json()).toMatchObject({ code: "KEY_REVOKED" });
  });

  test.each([
    ["admin", 200, 200, 200],
    ["operator", 200, 200, 200],
    ["responder", 403, 200, 403],
    ["reader", 403, 403, 403],
    ["verifier", 403, 403, 403],
  ] as const)("as %s answers %i, disable %i and enable %i", async (role, ...wanted) => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const token = await server.tokenFor(role);
    const headers = seen("*");
    const url = `/v1/keys/${key.id}`;
    const edited = await server.call("PATCH", url, { token, headers, body: { name: "x" } });
    const disabled = await server.call("POST", `${url}/disable`, { token });
    const enabled = await server.call("POST", `${url}/enable`, { token });
    expect([edited, disabled, enabled].map(({ statusCode }) => statusCode)).toEqual(wanted);
  });
});

describe("a disabled key", () => {
  test("opens nothing with either of its secrets until it is enabled again", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aero2", "secret", "production");
    const url = `/v1/keys/${key.id}`;
    const newer = (await server.call("POST", `${url}/rotate`, { headers: seen('"1"') })).json<{
      secret: string;
    }>().secret;
    const statuses = () =>
      Promise.all(
        [text, newer].map(
          async (token) => (await server.call("GET", sampleOf("aero2").url, { token })).statusCode,
        ),
      );
    expect(await statuses()).toEqual([200, 200]);
    const disabled = await server.call("POST", `${url}/disable`);
    expect(disabled.json()).toMatchObject({ outcome: "changed", key: { state: "disabled", revision: 1 } });
    expect(await statuses()).toEqual([401, 401]);
    expect((await server.call("POST", "/v1/keys/verify", { body: { key: newer } })).json()).toMatchObject({
      valid: false,
      code: "key-disabled",
      answer: { status: 401, code: "INVALID_TOKEN" },
    });
    expect((await server.call("POST", `${url}/rotate`, { headers: seen('"2"') })).json()).toMatchObject({
      code: "KEY_DISABLED",
    });
    expect((await server.call("GET", "/v1/keys?state=disabled")).json()).toMatchObject({
      keys: [{ id: key.id }],
    });
    expect((await server.call("POST", `${url}/disable`)).json()).toMatchObject({ outcome: "unchanged" });
    await server.call("POST", `${url}/enable`);
    expect(await statuses()).toEqual([200, 200]);
    const entries = await server.storage.audit.list({ subject: key.id });
    expect(entries.map(({ action }) => action)).toEqual([
      "key.created",
      "key.rotated",
      "key.disabled",
      "key.enabled",
    ]);
  });
});

describe("a key that replaces another", () => {
  test("is the only living one that does, and says so", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const successor = await server.issue("example", "secret", "production", { replaces: key.id });
    expect(successor.key).toMatchObject({ replaces: key.id, name: "example secret" });
    const body = { provider: "example", name: "x", kind: "secret", environment: "production" };
    const second = await server.call("POST", "/v1/keys", { body: { ...body, replaces: key.id } });
    expect(second.json()).toMatchObject({
      code: "SUCCESSOR_EXISTS",
      detail: expect.stringContaining(successor.key.id) as string,
    });
    const unknown = await server.call("POST", "/v1/keys", { body: { ...body, replaces: "key_0" } });
    expect(unknown.statusCode).toBe(404);
    await server.call("POST", `/v1/keys/${successor.key.id}/revoke`);
    await server.issue("example", "secret", "production", { replaces: key.id });
  });
});
