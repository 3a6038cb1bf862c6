import { builtInProviders } from "@keywarden/key-format";
import { describe, expect, test } from "vitest";
import { makeServer, sampleOf } from "./make-server.ts";

const envelopes: Record<string, object> = {
  aforo: { error: { code: "invalid_token" } },
  aero2: { error: "invalid_token" },
  example: { success: false, error: "invalid_token" },
  azotte: { error: { type: "invalid_token" } },
  "aurora-solar": { errors: [{ code: "invalid_token" }] },
};

describe("401", () => {
  test.each(builtInProviders.map(({ id }) => id))("%s answers in its own envelope", async (id) => {
    await using server = await makeServer();
    const unknown = ["sk", "live", "0".repeat(40)].join("_");

    const response = await server.call("GET", sampleOf(id).url, { token: unknown });

    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject(envelopes[id] ?? {});
    expect(response.body).not.toContain(unknown);
  });

  test("a key of another provider, a revoked one and a stranger get the same answer", async () => {
    await using server = await makeServer();
    const other = await server.issue("example", "secret", "production");
    const revoked = await server.issue("aforo", "secret", "production");
    await server.call("POST", `/v1/keys/${revoked.key.id}/revoke`);

    const bodies = new Set<string>();
    for (const token of [other.text, revoked.text, ["sk", "live", "1".repeat(40)].join("_"), "nonsense"]) {
      const response = await server.call("GET", sampleOf("aforo").url, { token });
      expect(response.statusCode).toBe(401);
      bodies.add(response.body);
    }

    expect(bodies.size).toBe(1);
  });

  test.each(["Basic abc", "Bearer", "bearer  ", "Token x", "Bearer a b"])(
    "Authorization: %s",
    async (authorization) => {
      await using server = await makeServer();

      const response = await server.call("GET", sampleOf("aforo").url, {
        token: null,
        headers: { authorization },
      });

      expect(response.statusCode).toBe(401);
    },
  );

  test("an operator's token is not a key of the provider", async () => {
    await using server = await makeServer();

    expect((await server.call("GET", sampleOf("aforo").url)).statusCode).toBe(401);
  });
});

describe("last use", () => {
  test("is stamped by success, moves forward only and not by refusals", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("azotte", "publishable", "production");
    await server.call("GET", sampleOf("azotte").url, { token: text });
    await server.app.flush();
    const lastUse = async () =>
      (await server.call("GET", `/v1/keys/${key.id}`)).json<{ lastUsedAt: string | null }>().lastUsedAt;
    expect(await lastUse()).toBeNull();
    expect((await server.storage.keys.getKey(key.id))?.lastDeniedAtMs).toBe(server.clock());

    const secret = await server.issue("aero2", "secret", "production");
    await server.call("GET", sampleOf("aero2").url, { token: secret.text });
    await server.app.flush();
    const stamped = (await server.storage.keys.getKey(secret.key.id))?.lastUsedAtMs;
    expect(stamped).toBe(server.clock());
    server.clock.advance(-10_000);
    await server.call("GET", sampleOf("aero2").url, { token: secret.text });
    await server.app.flush();
    expect((await server.storage.keys.getKey(secret.key.id))?.lastUsedAtMs).toBe(stamped);
  });

  test("is written when the server closes", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production");
    await server.call("GET", sampleOf("aforo").url, { token: text });
    expect((await server.storage.keys.getKey(key.id))?.lastUsedAtMs).toBeNull();

    await server.app.http.close();

    expect((await server.storage.keys.getKey(key.id))?.lastUsedAtMs).toBe(server.clock());
  });
});

describe("400", () => {
  test("an event that is not one is refused in Aforo's envelope", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production");

    const response = await server.call("POST", "/aforo/v1/events", { token: text, body: { quantity: -1 } });

    expect(response.statusCode).toBe(400);
    expect(response.json<{ error: { message: string } }>().error.message).toContain("customerId");
  });
});
