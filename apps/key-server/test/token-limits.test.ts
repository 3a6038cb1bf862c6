import { keyEtag } from "@keywarden/management";
import { expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

async function makeToken(server: TestServer, body: Record<string, unknown>): Promise<string> {
  const made = await server.call("POST", "/v1/tokens", {
    body: { name: "limited", role: "operator", ...body },
  });
  if (made.statusCode !== 201) throw new Error(made.body);
  return made.json<{ token: string }>().token;
}

test("a token ends when its time is over, and the audit says who tried it afterwards", async () => {
  await using server = await makeServer();
  const expiresAt = new Date(server.clock() + 60_000).toISOString();
  const token = await makeToken(server, { expiresAt });

  expect((await server.call("GET", "/v1/me", { token })).statusCode).toBe(200);
  server.clock.advance(60_000);

  expect((await server.call("GET", "/v1/me", { token })).statusCode).toBe(401);
  const { tokens } = (await server.call("GET", "/v1/tokens")).json<{ tokens: { name: string }[] }>();
  expect(tokens.find(({ name }) => name === "limited")).toMatchObject({
    state: "expired",
    expiresAt,
    revokedAt: null,
  });
  const { entries } = (await server.call("GET", "/v1/audit?actor=token:limited")).json<{
    entries: object[];
  }>();
  expect(entries.at(-1)).toMatchObject({ action: "management.denied", details: { reason: "key-expired" } });
});

test("a token cannot be made that has ended", async () => {
  await using server = await makeServer();
  const body = { name: "x", role: "reader", expiresAt: new Date(server.clock()).toISOString() };
  expect((await server.call("POST", "/v1/tokens", { body })).statusCode).toBe(400);
});

test("the list says when a token was last used, once that is written down", async () => {
  await using server = await makeServer();
  const token = await makeToken(server, {});
  const lastUse = async () =>
    (await server.call("GET", "/v1/tokens"))
      .json<{ tokens: { name: string; lastUsedAt: string | null }[] }>()
      .tokens.find(({ name }) => name === "limited")?.lastUsedAt;

  expect(await lastUse()).toBeNull();
  await server.call("GET", "/v1/me", { token });
  const usedAt = new Date(server.clock()).toISOString();
  server.clock.advance(60_000);
  await server.app.tick();

  expect(await lastUse()).toBe(usedAt);
});

test("a limited token hears of a key's last change within its limits, and then of none", async () => {
  await using server = await makeServer();
  const restrictions = { tenant: "tenant_prod_a" };
  const { key } = await server.issue("azotte", "secret", "production", { restrictions });
  const token = await makeToken(server, { role: "verifier", limits: { tenants: ["tenant_prod_a"] } });
  const read = async (after: number) =>
    (await server.call("GET", `/v1/changes?after=${after}`, { token })).json<{
      changes: { keyId: string }[];
      keys: object[];
      nextAfter: number;
    }>();
  const edit = async (tenant: string | null, revision: number) =>
    server.call("PATCH", `/v1/keys/${key.id}`, {
      body: { restrictions: { tenant } },
      headers: { "if-match": keyEtag(1, revision) },
    });
  const { nextAfter } = await read(0);
  expect((await edit("tenant_prod_b", 0)).statusCode).toBe(200);

  const left = await read(nextAfter);
  expect(left).toMatchObject({ changes: [{ keyId: key.id }], keys: [] });
  await edit("tenant_prod_c", 1);
  expect((await read(left.nextAfter)).changes).toEqual([]);
});

test("a limited token sees, changes and verifies keys within its limits only", async () => {
  await using server = await makeServer();
  const own = await server.issue("aforo", "secret", "sandbox");
  const others = [
    await server.issue("aforo", "secret", "production"),
    await server.issue("example", "secret", "sandbox"),
  ];
  const token = await makeToken(server, { limits: { providers: ["aforo"], environments: ["sandbox"] } });
  const ask = (method: "GET" | "POST" | "PATCH", url: string, body?: unknown) =>
    server.call(method, url, { token, body, headers: { "if-match": '"1"' } });

  const listed = (await ask("GET", "/v1/keys")).json<{ keys: { id: string }[]; total: number }>();
  expect([listed.keys.map(({ id }) => id), listed.total]).toEqual([[own.key.id], 1]);
  expect((await ask("GET", `/v1/keys/${own.key.id}`)).statusCode).toBe(200);
  expect((await ask("POST", "/v1/keys/verify", { key: own.text })).json()).toMatchObject({
    valid: true,
  });
  for (const { key, text } of others) {
    expect((await ask("GET", `/v1/keys/${key.id}`)).statusCode).toBe(404);
    expect((await ask("PATCH", `/v1/keys/${key.id}`, { name: "mine" })).statusCode).toBe(404);
    expect((await ask("POST", `/v1/keys/${key.id}/rotate`)).statusCode).toBe(404);
    expect((await ask("POST", `/v1/keys/${key.id}/disable`)).statusCode).toBe(404);
    expect((await ask("POST", `/v1/keys/${key.id}/revoke`)).statusCode).toBe(404);
    expect((await ask("GET", `/v1/audit?key=${key.id}`)).statusCode).toBe(404);
    expect((await ask("POST", "/v1/keys/verify", { key: text })).json()).toMatchObject({
      valid: false,
      code: "unknown-key",
      key: null,
    });
  }
  expect((await ask("GET", `/v1/audit?key=${own.key.id}`)).statusCode).toBe(200);
  const page = (await ask("GET", "/v1/changes?after=0")).json<{ changes: { keyId: string }[] }>();
  expect(page.changes.map(({ keyId }) => keyId)).toEqual([own.key.id]);
});

test.each([
  ["GET", "/v1/keys/export"],
  ["GET", "/v1/usage"],
  ["GET", "/v1/audit"],
  ["GET", "/v1/security-events"],
  ["GET", "/v1/rotations"],
  ["GET", "/v1/tokens"],
  ["GET", "/example/v1/api-keys"],
] as const)("a limited token is refused %s %s, and told what it is limited to", async (method, url) => {
  await using server = await makeServer();
  const token = await makeToken(server, { role: "admin", limits: { providers: ["aforo"] } });

  const refused = await server.call(method, url, { token });

  expect(refused.statusCode).toBe(403);
  expect(refused.body).toContain("limited to provider aforo");
});

test("a token of one tenant makes and keeps keys of that tenant only", async () => {
  await using server = await makeServer();
  const tenants = ["tenant_dev_1"];
  const token = await makeToken(server, { limits: { tenants } });
  const create = (tenant?: string) =>
    server.call("POST", "/v1/keys", {
      token,
      body: {
        provider: "azotte",
        name: "k",
        kind: "secret",
        environment: "development",
        ...(tenant !== undefined && { restrictions: { tenant } }),
      },
    });

  expect((await create()).statusCode).toBe(403);
  expect((await create("tenant_dev_2")).statusCode).toBe(403);
  const made = await create("tenant_dev_1");
  expect(made.statusCode).toBe(201);
  const { id } = made.json<{ key: { id: string } }>().key;
  const moved = await server.call("PATCH", `/v1/keys/${id}`, {
    token,
    body: { restrictions: { tenant: "tenant_dev_2" } },
    headers: { "if-match": '"1"' },
  });
  expect(moved.statusCode).toBe(403);
});

test("limits that name nothing, or a provider that there is none of, are refused", async () => {
  await using server = await makeServer();
  for (const limits of [{}, { providers: ["afor"] }, { environments: ["moon"] }]) {
    const body = { name: "x", role: "reader", limits };
    expect((await server.call("POST", "/v1/tokens", { body })).statusCode).toBe(400);
  }
});

test("an admin token that is limited or has ended does not stand in for the last one", async () => {
  await using server = await makeServer();
  await makeToken(server, { role: "admin", limits: { providers: ["aforo"] } });
  await makeToken(server, { role: "admin", expiresAt: new Date(server.clock() + 1000).toISOString() });
  server.clock.advance(1000);
  const { tokens } = (await server.call("GET", "/v1/tokens")).json<{
    tokens: { id: string; name: string }[];
  }>();
  const only = tokens.find(({ name }) => name === "test admin");

  const last = await server.call("POST", `/v1/tokens/${only?.id ?? ""}/revoke`);

  expect([last.statusCode, last.json()]).toMatchObject([409, { code: "LAST_ADMIN_TOKEN" }]);
});

test("an environment is taken by the label that keys have for it, wherever one is named", async () => {
  await using server = await makeServer({
    embedding: { origins: ["https://app.example.com"], secret: "s".repeat(40) },
  });
  const post = async (path: string, body: object) => {
    const answer = await server.call("POST", path, { body });
    expect({ path, status: answer.statusCode, body: answer.body }).toMatchObject({ status: 201 });
    return answer.json<Record<string, unknown>>();
  };
  const limits = { environments: ["live", "sand"] };
  expect(await post("/v1/tokens", { name: "t", role: "reader", limits })).toMatchObject({
    limits: { environments: ["production", "sandbox"] },
  });
  const made = { name: "k", kind: "secret", environment: "test" };
  expect(await post("/v1/keys", { provider: "aforo", ...made })).toMatchObject({
    key: { environment: "sandbox" },
  });
  const aurora = { name: "k", type: "restricted", environment: "prod", actions: ["list_projects"] };
  expect(await post("/aurora-solar/v1/api-keys", aurora)).toMatchObject({
    api_key: { environment: "production" },
  });
  await post("/embed/links", { provider: "azotte", tenant: "tenant_dev_1", environments: ["dev"] });
  for (const word of ["live", "production"])
    expect((await server.call("GET", `/v1/keys?environment=${word}`)).statusCode).toBe(200);
});
