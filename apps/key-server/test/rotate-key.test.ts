import { expect, describe, test } from "vitest";
import type { ManagedKey } from "@keywarden/management";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";

const rotate = (server: TestServer, id: string, generation: number | string | null, token?: string) =>
  server.call("POST", `/v1/keys/${id}/rotate`, {
    ...(token === undefined ? {} : { token }),
    headers: generation === null ? {} : { "if-match": `"${generation}"` },
  });

describe("201", () => {
  test.each([
    { provider: "aforo", graceSeconds: 300 },
    { provider: "aero2", graceSeconds: 86_400 },
  ])(
    "$provider: the old key works until its grace period ends, to the millisecond",
    async ({ provider, graceSeconds }) => {
      await using server = await makeServer();
      const { key, text } = await server.issue(provider, "secret", "production");

      const rotated = await rotate(server, key.id, 1);

      expect(rotated.statusCode).toBe(201);
      const answer = rotated.json<{ key: ManagedKey; secret: string; graceSeconds: number }>();
      expect(answer.graceSeconds).toBe(graceSeconds);
      expect(answer.key).toMatchObject({
        id: key.id,
        generation: 2,
        grace: { remainingSeconds: graceSeconds },
      });
      expect(rotated.headers["etag"]).toBe('"2"');
      const { url } = sampleOf(provider);
      const statusOf = async (token: string) => (await server.call("GET", url, { token })).statusCode;
      server.clock.advance(graceSeconds * 1000 - 1);
      expect([await statusOf(text), await statusOf(answer.secret)]).toEqual([200, 200]);
      server.clock.advance(1);
      expect([await statusOf(text), await statusOf(answer.secret)]).toEqual([401, 200]);
      server.clock.advance(1);
      expect([await statusOf(text), await statusOf(answer.secret)]).toEqual([401, 200]);
    },
  );

  test.each(["example", "azotte", "aurora-solar"])(
    "%s names no grace period, so the old key ends at once",
    async (provider) => {
      await using server = await makeServer();
      const { key, text } = await server.issue(provider, "secret", "production");

      const rotated = await rotate(server, key.id, 1);

      expect(rotated.json()).toMatchObject({ graceSeconds: 0, graceUntil: null, key: { grace: null } });
      expect((await server.call("GET", sampleOf(provider).url, { token: text })).statusCode).toBe(401);
    },
  );

  test("the old secret never outlives its own expiry", async () => {
    await using server = await makeServer();
    const expiresAt = new Date(server.clock() + 60_000).toISOString();
    const { key, text } = await server.issue("aforo", "secret", "production", { expiresAt });

    const rotated = await rotate(server, key.id, 1);

    expect(rotated.json()).toMatchObject({ graceSeconds: 60, graceUntil: expiresAt });
    server.clock.advance(60_000);
    expect((await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode).toBe(401);
  });

  test("two rotations in one grace period leave two live secrets, never three", async () => {
    await using server = await makeServer();
    const { key, text: first } = await server.issue("aforo", "secret", "production");
    const second = (await rotate(server, key.id, 1)).json<{ secret: string }>().secret;
    const third = (await rotate(server, key.id, 2)).json<{ secret: string }>().secret;

    const statuses = [];
    for (const token of [first, second, third]) {
      statuses.push((await server.call("GET", sampleOf("aforo").url, { token })).statusCode);
    }

    expect(statuses).toEqual([401, 200, 200]);
  });

  test("a clock set back revives no secret", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production");
    await rotate(server, key.id, 1);
    server.clock.advance(300_000);
    expect((await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode).toBe(401);

    server.clock.advance(-200_000);

    expect((await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode).toBe(401);
  });
});

describe("412", () => {
  test("of two operators who rotate at once, one wins and the other learns who was faster", async () => {
    await using server = await makeServer();
    const operator = await server.tokenFor("operator");
    const { key } = await server.issue("aforo", "secret", "production");

    const answers = await Promise.all([rotate(server, key.id, 1), rotate(server, key.id, 1, operator)]);

    expect(answers.map(({ statusCode }) => String(statusCode)).toSorted()).toEqual(["201", "412"]);
    const lost = answers.find(({ statusCode }) => statusCode === 412);
    const winner = answers[0].statusCode === 201 ? "token:test admin" : "token:test operator";
    expect(lost?.json()).toMatchObject({
      code: "GENERATION_CHANGED",
      lostUpdate: { generation: 2, changedBy: winner, changedAt: "2026-01-01T00:00:00.000Z" },
    });
    expect(lost?.json<{ detail: string }>().detail).toContain(winner);
    const shown = await server.call("GET", `/v1/keys/${key.id}`);
    expect(shown.json()).toMatchObject({ generation: 2 });
  });

  test("a provider's route honours If-Match too", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aero2", "secret", "production");
    await rotate(server, key.id, 1);

    const response = await server.call("POST", `/aero2/v1/api-keys/${key.id}/rotate`, {
      headers: { "if-match": '"1"' },
    });

    expect([response.statusCode, response.json()]).toMatchObject([412, { error: "generation_changed" }]);
  });
});

describe("409", () => {
  test("a revoked key stays revoked", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/revoke`);

    const response = await rotate(server, key.id, 1);

    expect([response.statusCode, response.json()]).toMatchObject([409, { code: "KEY_REVOKED" }]);
    expect((await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode).toBe(401);
  });

  test("an expired key stays expired", async () => {
    await using server = await makeServer();
    const expiresAt = new Date(server.clock() + 1000).toISOString();
    const { key } = await server.issue("aforo", "secret", "production", { expiresAt });
    server.clock.advance(1000);

    const response = await rotate(server, key.id, 1);

    expect([response.statusCode, response.json()]).toMatchObject([409, { code: "KEY_EXPIRED" }]);
  });
});

describe("400, 404 and 428", () => {
  test.each(["", "x", "0", "-1", "1.x", "1e3", "99999999999999999999"])(
    'If-Match "%s" is no generation',
    async (generation) => {
      await using server = await makeServer();
      const { key } = await server.issue("aforo", "secret", "production");

      const response = await rotate(server, key.id, generation);

      expect([response.statusCode, response.json()]).toMatchObject([400, { code: "BAD_IF_MATCH" }]);
    },
  );

  test("an operator must say which generation was seen", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");

    expect((await rotate(server, key.id, null)).statusCode).toBe(428);
  });

  test("an unknown key is not found", async () => {
    await using server = await makeServer();

    expect((await rotate(server, "key_missing", 1)).statusCode).toBe(404);
  });
});

describe("403", () => {
  test("a key cannot become a stronger or longer-lived one by rotating it", async () => {
    await using server = await makeServer();
    const permissions = ["api_keys:manage", "bundles:read"];
    const expiresAt = new Date(server.clock() + 60_000).toISOString();
    const manager = await server.issue("azotte", "secret", "production", { permissions });
    const passing = await server.issue("azotte", "secret", "production", { permissions, expiresAt });
    const stronger = await server.issue("azotte", "secret", "production");
    const weaker = await server.issue("azotte", "publishable", "production");
    const by = async (token: string, id: string) =>
      (await server.call("POST", `/azotte/v1/api-keys/${id}/rotate`, { token })).statusCode;

    expect(await by(manager.text, stronger.key.id)).toBe(403);
    expect(await by(manager.text, weaker.key.id)).toBe(201);
    expect(await by(passing.text, manager.key.id)).toBe(403);
    expect(await by(passing.text, weaker.key.id)).toBe(403);
    expect(await by(passing.text, passing.key.id)).toBe(201);
  });

  test("a key of one environment does not see those of another", async () => {
    await using server = await makeServer();
    const sandbox = await server.issue("aforo", "secret", "sandbox");
    const live = await server.issue("aforo", "secret", "production");

    const response = await server.call("POST", `/aforo/api/v1/api-keys/${live.key.id}/rotate`, {
      token: sandbox.text,
    });

    expect(response.statusCode).toBe(404);
  });
});
