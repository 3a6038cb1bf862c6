import { builtInProviders, Secret, type ManagedProvider } from "@keywarden/key-format";
import { makeInventoryClient, makeManagementClient, ManagementError } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

const providers: readonly ManagedProvider[] = [...builtInProviders, ownProvider];

async function listen() {
  const directory = makeTemporaryDirectory();
  const server = await makeServer({ path: directory.path, providers });
  await server.app.http.listen({ host: "127.0.0.1", port: 0 });
  const address = server.app.http.addresses()[0];
  if (typeof address !== "object") throw new Error("not listening");
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    ...server,
    origin,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      directory.remove();
    },
  };
}

test.each(providers)("$id: a client lives through a key's whole life", async (provider) => {
  await using server = await listen();
  const token = new Secret(await server.tokenFor("operator"));
  const client = makeManagementClient({
    dialect: provider.dialect,
    baseUrl: `${server.origin}/${provider.id}`,
    token,
  });

  for (const { kind, environment, prefix } of provider.formats) {
    const made = await client.create({ name: `${prefix} key`, kind, environment });
    expect(made.secret.reveal().startsWith(prefix)).toBe(true);
    const found = await client.lookup(sha256(made.secret.reveal()));
    expect(found).toMatchObject({
      found: true,
      key: {
        id: made.id,
        name: `${prefix} key`,
        prefix,
        kind,
        environment,
        state: "active",
        lastUsedAt: null,
      },
    });

    const rotated = await client.rotate(made.id, { expectedGeneration: 1 });
    expect(rotated).toMatchObject({ id: made.id, graceSeconds: provider.rotation.graceSeconds });
    expect(await client.lookup(sha256(made.secret.reveal()))).toMatchObject({
      key: { state: provider.rotation.graceSeconds > 0 ? "grace" : "expired" },
    });
    await expect(client.rotate(made.id, { expectedGeneration: 1 })).rejects.toMatchObject({
      code: "MANAGEMENT_PRECONDITION",
      status: 412,
    });

    expect(await client.revoke(made.id)).toEqual({ outcome: "revoked" });
    expect(await client.revoke(made.id)).toEqual({ outcome: "already-revoked" });
    expect(await client.lookup(sha256(rotated.secret.reveal()))).toMatchObject({ key: { state: "revoked" } });
    await expect(client.rotate(made.id)).rejects.toMatchObject({ code: "MANAGEMENT_CONFLICT", status: 409 });
  }
  expect(await client.lookup(sha256("nobody's"))).toEqual({ found: false });
  await expect(client.revoke("key_missing")).rejects.toMatchObject({ code: "MANAGEMENT_NOT_FOUND" });
});

test.each(providers)("$id: a client pages through the list", async (provider) => {
  await using server = await listen();
  const token = new Secret(await server.tokenFor("operator"));
  const client = makeManagementClient({
    dialect: provider.dialect,
    baseUrl: `${server.origin}/${provider.id}`,
    token,
  });
  const format = provider.formats[0];
  if (format === undefined) throw new Error("a provider without formats");
  const made: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    made.push(
      (
        await client.create({
          name: `n${index}`,
          kind: format.kind,
          environment: format.environment,
          ...(provider.id === "aurora-solar" && { restrictions: { tenant: `tenant_${index}` } }),
        })
      ).id,
    );
  }

  const met: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await client.list({ limit: 2, ...(typeof cursor === "string" && { cursor }) });
    expect(page.keys.length).toBeLessThanOrEqual(2);
    met.push(...page.keys.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);

  expect(met.toSorted()).toEqual(made.toSorted());
});

test.each(providers)(
  "$id: refusals reach the client coded, in words, without key or token",
  async (provider) => {
    await using server = await listen();
    const token = new Secret("kwt_not-a-real-token-of-this-server");
    const client = makeManagementClient({
      dialect: provider.dialect,
      baseUrl: `${server.origin}/${provider.id}`,
      token,
    });

    const error: unknown = await client.list().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ManagementError);
    expect(error).toMatchObject({ code: "MANAGEMENT_UNAUTHORISED", status: 401, reason: "invalid_token" });
    expect((error as Error).message).toContain("could not list keys: 127.0.0.1");
    assertNoKey(`${(error as Error).stack ?? ""} ${JSON.stringify(error)}`, [token]);
  },
);

test("the inventory client does everything that the operator API offers", async () => {
  await using server = await listen();
  const token = new Secret(await server.tokenFor("admin"));
  const client = makeInventoryClient({ baseUrl: server.origin, token });

  expect(await client.whoAmI()).toEqual({ principal: "token:test admin", role: "admin" });
  const { key, secret } = await client.create({
    provider: "aforo",
    name: "payments",
    kind: "secret",
    environment: "production",
    tags: ["billing"],
  });
  expect(await client.show(key.id)).toEqual(key);
  expect(await client.list({ provider: "aforo", limit: 1 })).toEqual({
    keys: [key],
    nextCursor: null,
    total: 1,
  });
  expect(await client.lookup(sha256(secret.reveal()))).toEqual({ found: true, key, secretState: "active" });

  const rotated = await client.rotate(key.id, { expectedGeneration: 1 });
  expect(rotated).toMatchObject({ graceSeconds: 300, key: { generation: 2 } });
  const lost: unknown = await client
    .rotate(key.id, { expectedGeneration: 1 })
    .catch((thrown: unknown) => thrown);
  expect(lost).toMatchObject({
    code: "MANAGEMENT_PRECONDITION",
    lostUpdate: { generation: 2, changedBy: "token:test admin", changedAt: "2026-01-01T00:00:00.000Z" },
  });
  await expect(client.revoke(key.id, { expectedGeneration: 1 })).rejects.toMatchObject({
    code: "MANAGEMENT_PRECONDITION",
  });
  expect(await client.revoke(key.id, { expectedGeneration: 2 })).toMatchObject({ outcome: "revoked" });

  const issued = await client.createToken({ name: "reader", role: "reader" });
  const reader = makeInventoryClient({ baseUrl: server.origin, token: issued.token });
  expect(await reader.whoAmI()).toEqual({ principal: "token:reader", role: "reader" });
  await expect(reader.revoke(key.id)).rejects.toMatchObject({ code: "MANAGEMENT_FORBIDDEN", status: 403 });
  const { entries } = await reader.audit({ after: 2 });
  expect(entries.map(({ action }) => action)).toEqual([
    "key.created",
    "key.rotated",
    "key.revoked",
    "token.created",
    "management.denied",
  ]);
  expect(await reader.verifyAudit()).toMatchObject({ ok: true, entries: 7 });

  await expect(client.revokeToken(" ")).rejects.toMatchObject({ code: "MANAGEMENT_NOT_FOUND" });
  const { token: ended, outcome } = await client.revokeToken(issued.id);
  expect(outcome).toBe("revoked");
  const tokens = await client.listTokens();
  expect(tokens.find(({ id }) => id === issued.id)).toEqual(ended);
  await expect(reader.whoAmI()).rejects.toMatchObject({ code: "MANAGEMENT_UNAUTHORISED" });
});
