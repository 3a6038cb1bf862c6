import type { RevokedToken, Token } from "@keywarden/management";
import { sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

async function make(server: TestServer, name: string, role: string) {
  // So that the list has them in this order.
  server.clock.advance(1000);
  const made = await server.call("POST", "/v1/tokens", { body: { name, role } });
  return made.json<{ id: string; token: string }>();
}

async function list(server: TestServer): Promise<readonly Token[]> {
  return (await server.call("GET", "/v1/tokens")).json<{ tokens: Token[] }>().tokens;
}

describe("200", () => {
  test("tokens are listed oldest first, with nothing of their texts or hashes", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "ci", "reader");

    const listed = await server.call("GET", "/v1/tokens");

    const never = { limits: null, expiresAt: null, lastUsedAt: null };
    const living = { state: "active", ...never, revokedAt: null, revokedBy: null };
    expect(listed.json()).toEqual({
      tokens: [
        {
          id: expect.stringMatching(/^tok_/) as string,
          name: "test admin",
          role: "admin",
          createdAt: "2026-01-01T00:00:00.000Z",
          ...living,
        },
        { id, name: "ci", role: "reader", createdAt: "2026-01-01T00:00:01.000Z", ...living },
      ],
      total: 2,
    });
    expect(listed.body).not.toContain(token.slice(4));
    expect(listed.body).not.toMatch(/[0-9a-f]{64}/);
  });

  test("a token opens nothing from the request after its revocation on, also where it was used before", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "leaked", "operator");
    const key = await server.issue("aforo", "secret", "production");
    const statuses = async () => [
      (await server.call("GET", "/v1/me", { token })).statusCode,
      (await server.call("POST", `/v1/keys/${key.key.id}/revoke`, { token })).statusCode,
      (await server.call("GET", "/aforo/api/v1/api-keys", { token })).statusCode,
    ];
    expect(await statuses()).toEqual([200, 200, 200]);
    server.clock.advance(1000);

    const revoked = await server.call("POST", `/v1/tokens/${id}/revoke`);

    expect([revoked.statusCode, revoked.json()]).toEqual([
      200,
      {
        outcome: "revoked",
        token: {
          id,
          name: "leaked",
          role: "operator",
          state: "revoked",
          limits: null,
          expiresAt: null,
          lastUsedAt: null,
          createdAt: "2026-01-01T00:00:01.000Z",
          revokedAt: "2026-01-01T00:00:02.000Z",
          revokedBy: "token:test admin",
        },
      },
    ]);
    expect(await statuses()).toEqual([401, 401, 401]);
    expect((await list(server)).map(({ revokedBy }) => revokedBy)).toEqual([null, "token:test admin"]);
  });

  test("revoking it again changes nothing", async () => {
    await using server = await makeServer();
    const { id } = await make(server, "ci", "reader");
    const first = await server.call("POST", `/v1/tokens/${id}/revoke`);
    server.clock.advance(1000);
    const second = await server.call("POST", `/v1/tokens/${id}/revoke`);
    expect(second.json()).toEqual({ ...first.json<RevokedToken>(), outcome: "already-revoked" });
    const entries = await server.storage.audit.list();
    expect(entries.filter(({ action }) => action === "token.revoked")).toHaveLength(1);
  });

  test("the audit tells who revoked which token, and who still tries it", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "leaked", "reader");
    await server.call("POST", `/v1/tokens/${id}/revoke`);
    await server.call("GET", "/v1/keys", { token });

    const [admin] = await list(server);
    expect((await server.storage.audit.list()).slice(-2)).toMatchObject([
      {
        action: "token.revoked",
        actor: "token:test admin",
        details: { tokenId: id, name: "leaked", role: "reader", actorId: admin?.id, ip: "127.0.0.1" },
      },
      {
        action: "management.denied",
        actor: "token:leaked",
        details: { actorId: id, reason: "key-revoked", route: "GET /v1/keys" },
      },
    ]);
    expect(await server.storage.audit.verify()).toMatchObject({ ok: true });
  });

  test("an admin token revokes itself once there is another one", async () => {
    await using server = await makeServer();
    const [bootstrap] = await list(server);
    const { token } = await make(server, "ann", "admin");
    expect((await server.call("POST", `/v1/tokens/${bootstrap?.id}/revoke`)).statusCode).toBe(200);
    expect((await server.call("GET", "/v1/tokens")).statusCode).toBe(401);
    expect((await server.call("GET", "/v1/tokens", { token })).statusCode).toBe(200);
  });
});

describe("a token that leaked", () => {
  const lookUp = (server: TestServer, text: string, token?: string) =>
    server.call("POST", "/v1/tokens/lookup", { body: { sha256: sha256(text) }, ...(token && { token }) });

  test("is found by its SHA-256, and stays found when it is revoked", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "ci", "operator");
    const responder = await server.tokenFor("responder");

    const found = await lookUp(server, token, responder);
    expect([found.statusCode, found.json()]).toMatchObject([
      200,
      { found: true, token: { id, name: "ci", role: "operator", revokedAt: null } },
    ]);
    expect(found.body).not.toMatch(/[0-9a-f]{64}/);
    await server.call("POST", `/v1/tokens/${id}/revoke`);
    expect((await lookUp(server, token, responder)).json()).toMatchObject({
      token: { revokedBy: "token:test admin" },
    });
    expect((await lookUp(server, "nobody's", responder)).json()).toEqual({ found: false });
  });

  test("is revoked by a responder that names its SHA-256", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "ci", "operator");
    const responder = await server.tokenFor("responder");
    const revoked = await server.call("POST", `/v1/tokens/${id}/revoke`, {
      token: responder,
      body: { sha256: sha256(token) },
    });
    expect([revoked.statusCode, revoked.json()]).toMatchObject([200, { outcome: "revoked" }]);
    expect((await server.call("GET", "/v1/me", { token })).statusCode).toBe(401);
  });

  test.each(["responder", "operator"] as const)(
    "is the only one that a token with the role %s may revoke",
    async (role) => {
      await using server = await makeServer();
      const { id, token } = await make(server, "ci", "reader");
      const other = await server.tokenFor(role);
      const revoke = (target: string, body?: object) =>
        server.call("POST", `/v1/tokens/${target}/revoke`, { token: other, ...(body && { body }) });

      const statuses = [
        (await revoke(id)).statusCode,
        (await revoke(id, { sha256: sha256("another text") })).statusCode,
        (await revoke("tok_unknown", { sha256: sha256(token) })).statusCode,
      ];
      expect(statuses).toEqual([403, 403, 403]);
      expect((await server.call("GET", "/v1/me", { token })).statusCode).toBe(200);
      expect((await server.storage.audit.list()).at(-1)).toMatchObject({ action: "management.denied" });
    },
  );

  test("stays when it is the last one that may make others", async () => {
    await using server = await makeServer();
    const responder = await server.tokenFor("responder");
    // By its role: two tokens of one millisecond are listed in the order of their ids, which are random.
    const first = (await list(server)).find(({ role }) => role === "admin");
    const { id, token } = await make(server, "ann", "admin");
    await server.call("POST", `/v1/tokens/${first?.id}/revoke`, { token });
    const revoked = await server.call("POST", `/v1/tokens/${id}/revoke`, {
      token: responder,
      body: { sha256: sha256(token) },
    });
    expect([revoked.statusCode, revoked.json()]).toMatchObject([409, { code: "LAST_ADMIN_TOKEN" }]);
  });
});

describe("401", () => {
  test("says the same of a revoked token and of a stranger's", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "leaked", "admin");
    await server.call("POST", `/v1/tokens/${id}/revoke`);
    const bodyFor = async (text: string) => {
      const { instance: _instance, ...body } = (await server.call("GET", "/v1/me", { token: text })).json<
        Record<string, unknown>
      >();
      return body;
    };
    expect(await bodyFor(token)).toEqual(await bodyFor(`kwt_${"a".repeat(43)}`));
  });

  test("a revoked token counts as a bad one, which its address may send 100 times a minute", async () => {
    await using server = await makeServer();
    const { id, token } = await make(server, "leaked", "admin");
    await server.call("GET", "/v1/me", { token });
    await server.call("POST", `/v1/tokens/${id}/revoke`);
    const statuses = new Map<number, number>();
    for (let index = 0; index < 110; index += 1) {
      const { statusCode } = await server.call("GET", "/v1/me", { token });
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [401, 100],
      [429, 10],
    ]);
  });
});

describe("403", () => {
  test.each(["operator", "responder", "reader", "verifier"] as const)(
    "a token with the role %s neither lists nor revokes tokens",
    async (role) => {
      await using server = await makeServer();
      const { id, token } = await make(server, "other", role);
      expect((await server.call("GET", "/v1/tokens", { token })).statusCode).toBe(403);
      expect((await server.call("POST", `/v1/tokens/${id}/revoke`, { token })).statusCode).toBe(403);
    },
  );
});

describe("404", () => {
  test("a token that nobody made", async () => {
    await using server = await makeServer();
    const response = await server.call("POST", "/v1/tokens/tok_0/revoke");
    expect([response.statusCode, response.json()]).toMatchObject([404, { code: "TOKEN_NOT_FOUND" }]);
  });
});

describe("409", () => {
  test("the last living admin token stays, and the answer says what to do first", async () => {
    await using server = await makeServer();
    const [last] = await list(server);
    const { id } = await make(server, "gone", "admin");
    await make(server, "ops", "operator");
    await server.call("POST", `/v1/tokens/${id}/revoke`);

    const refused = await server.call("POST", `/v1/tokens/${last?.id}/revoke`);

    expect([refused.statusCode, refused.json()]).toMatchObject([
      409,
      {
        code: "LAST_ADMIN_TOKEN",
        detail: expect.stringContaining("make another one with the role admin first") as string,
      },
    ]);
    expect((await server.call("GET", "/v1/me")).statusCode).toBe(200);
  });

  test("of two admin tokens that revoke each other at once, one stays", async () => {
    await using server = await makeServer();
    const [first] = await list(server);
    const second = await make(server, "ann", "admin");
    const answers = await Promise.all([
      server.call("POST", `/v1/tokens/${second.id}/revoke`),
      server.call("POST", `/v1/tokens/${first?.id}/revoke`, { token: second.token }),
    ]);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect((await server.storage.tokens.list()).filter((one) => one.revokedAtMs === null)).toHaveLength(1);
  });
});

describe("400", () => {
  test("a body, which would be passed over", async () => {
    await using server = await makeServer();
    const { id } = await make(server, "ci", "reader");
    const body = { reason: "leaked" };
    expect((await server.call("POST", `/v1/tokens/${id}/revoke`, { body })).statusCode).toBe(400);
  });
});
