import { describe, expect, test } from "vitest";
import type { ManagedKey } from "@keywarden/management";
import { everySort, makeServer } from "./make-server.ts";

describe("201", () => {
  test.each(everySort)("issues $provider $prefix keys", async ({ provider, kind, environment, prefix }) => {
    await using server = await makeServer();

    const response = await server.call("POST", "/v1/keys", {
      body: { provider, name: "payments", kind, environment, owner: "ada", tags: ["billing"] },
    });

    expect(response.statusCode).toBe(201);
    expect(response.headers["cache-control"]).toBe("no-store");
    const { key, secret } = response.json<{ key: ManagedKey; secret: string }>();
    expect(secret.startsWith(prefix)).toBe(true);
    expect(response.headers["location"]).toBe(`/v1/keys/${key.id}`);
    expect(key).toMatchObject({
      provider,
      name: "payments",
      kind,
      environment,
      prefix,
      lastFour: secret.slice(-4),
      generation: 1,
      state: "active",
      owner: "ada",
      tags: ["billing"],
      lastUsedAt: null,
      grace: null,
    });
    expect(JSON.stringify(key)).not.toContain(secret);
  });

  test("every key is different", async () => {
    await using server = await makeServer();
    const texts = new Set<string>();
    for (let made = 0; made < 20; made += 1) {
      texts.add((await server.issue("aforo", "secret", "production")).text);
    }
    expect(texts.size).toBe(20);
  });

  test("a key that expires leaves none behind that lives longer", async () => {
    await using server = await makeServer();
    const expiresAt = new Date(server.clock() + 60_000).toISOString();
    const parent = await server.issue("aforo", "secret", "production", { expiresAt });

    const child = await server.call("POST", "/aforo/api/v1/api-keys", {
      token: parent.text,
      body: { name: "child", environment: "live" },
    });

    const shown = await server.call("GET", `/v1/keys/${child.json<{ id: string }>().id}`);
    expect(shown.json<ManagedKey>().expiresAt).toBe(expiresAt);
  });
});

describe("400", () => {
  test.each([
    ["no such provider", { provider: "stripe" }, "aforo"],
    ["a kind that the provider lacks", { kind: "publishable" }, "secret in sandbox"],
    ["an environment that the provider lacks", { environment: "development" }, "secret in production"],
    ["an unknown field", { colour: "red" }, "colour"],
    ["an empty name", { name: "  " }, "name"],
    ["a name with an escape sequence", { name: "a\u001b[31m" }, "name"],
    ["an expiry in the past", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
    ["permissions on a provider without them", { permissions: ["all"] }, "permissions"],
  ])("%s", async (_name, change, named) => {
    await using server = await makeServer();

    const response = await server.call("POST", "/v1/keys", {
      body: { provider: "aforo", name: "n", kind: "secret", environment: "production", ...change },
    });

    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toContain("application/problem+json");
    expect(response.body).toContain(named);
  });

  test("a permission that Azotte does not know is named together with those it does", async () => {
    await using server = await makeServer();

    const response = await server.call("POST", "/v1/keys", {
      body: {
        provider: "azotte",
        name: "n",
        kind: "publishable",
        environment: "production",
        permissions: ["customers:read"],
      },
    });

    expect(response.statusCode).toBe(400);
    expect(response.json<{ detail: string }>().detail).toBe(
      "a publishable key cannot have customers:read; it can have bundles:read",
    );
  });

  test("a name that is itself a whole key is refused and nowhere repeated", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production");

    const response = await server.call("POST", "/v1/keys", {
      body: { provider: "aforo", name: text, kind: "secret", environment: "production" },
    });

    expect(response.statusCode).toBe(400);
    expect(response.body).not.toContain(text);
    expect(server.log.text).not.toContain(text);
  });
});

describe("403", () => {
  test("a test key cannot create a live key", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "sandbox");

    const response = await server.call("POST", "/aforo/api/v1/api-keys", {
      token: text,
      body: { name: "live", environment: "live" },
    });

    expect(response.statusCode).toBe(403);
    expect(response.json<{ error: { message: string } }>().error.message).toContain(
      "sandbox key cannot create",
    );
  });

  test.each([
    { provider: "aero2", kind: "publishable", environment: "production" },
    { provider: "azotte", kind: "publishable", environment: "development" },
    { provider: "aurora-solar", kind: "restricted", environment: "sandbox" },
  ] as const)("a $kind key of $provider cannot manage keys", async ({ provider, kind, environment }) => {
    await using server = await makeServer();
    const { text } = await server.issue(provider, kind, environment);

    const response = await server.call("GET", `/${provider}/v1/api-keys`, { token: text });

    expect(response.statusCode).toBe(403);
    expect(response.headers["www-authenticate"]).toContain('error="insufficient_scope"');
  });

  test("an Azotte key manages keys only with that permission, and gives away only what it has", async () => {
    await using server = await makeServer();
    const plain = await server.issue("azotte", "secret", "production");
    const manager = await server.issue("azotte", "secret", "production", {
      permissions: ["api_keys:manage", "bundles:read"],
    });
    const make = (token: string, permissions: readonly string[]) =>
      server.call("POST", "/azotte/v1/api-keys", {
        token,
        body: { name: "n", type: "secret", environment: "live", permissions },
      });

    expect((await make(plain.text, ["bundles:read"])).statusCode).toBe(403);
    expect((await make(manager.text, ["bundles:read"])).statusCode).toBe(201);
    const beyond = await make(manager.text, ["bundles:read", "payments:process"]);
    expect(beyond.statusCode).toBe(403);
    expect(beyond.body).toContain("payments:process");
  });

  test.each([
    ["aforo", 300, { name: "n", environment: "live" }],
    ["aero2", 86_400, { name: "n", type: "secret" }],
  ] as const)(
    "%s: a secret in its grace period creates no keys, which would outlive it; it lists, rotates and revokes",
    async (provider, graceSeconds, body) => {
      await using server = await makeServer();
      const collection = `/${provider}/${provider === "aforo" ? "api/" : ""}v1/api-keys`;
      const { key, text: old } = await server.issue(provider, "secret", "production");
      const { key: other } = await server.issue(provider, "secret", "production");
      const create = (token: string, headers = {}) =>
        server.call("POST", collection, { token, body, headers });
      const first = { "idempotency-key": "first" };
      expect((await create(old, first)).statusCode).toBe(201);
      const rotated = await server.call("POST", `/v1/keys/${key.id}/rotate`, {
        headers: { "if-match": '"1"' },
      });
      const { secret } = rotated.json<{ secret: string }>();

      const refused = await create(old);
      expect([refused.statusCode, refused.body]).toEqual([
        403,
        expect.stringContaining("use the current key"),
      ]);
      expect((await server.storage.keys.listKeys()).keys).toHaveLength(3);
      // What it did before is told again, as to any other sender: 409 says which key it was.
      expect((await create(old, first)).statusCode).toBe(409);

      expect((await create(secret)).statusCode).toBe(201);
      expect((await server.call("GET", collection, { token: old })).statusCode).toBe(200);
      expect(
        (await server.call("DELETE", `${collection}/${other.id}`, { token: old })).statusCode,
      ).toBeLessThan(300);
      server.clock.advance(graceSeconds * 1000 - 1);
      expect((await create(old)).statusCode).toBe(403);
      expect((await server.call("POST", `${collection}/${key.id}/rotate`, { token: old })).statusCode).toBe(
        201,
      );
    },
  );

  test.each(["responder", "reader"] as const)("a %s token cannot create keys", async (role) => {
    await using server = await makeServer();
    const token = await server.tokenFor(role);

    const response = await server.call("POST", "/v1/keys", { token, body: {} });

    expect(response.statusCode).toBe(403);
    expect(response.json<{ detail: string }>().detail).toContain("admin or operator");
  });
});
