import { describe, expect, test } from "vitest";
import { everySort, makeServer, sampleOf } from "./make-server.ts";

describe("200", () => {
  test.each(everySort)(
    "$provider $prefix: the next request is refused",
    async ({ provider, kind, environment }) => {
      await using server = await makeServer();
      const permissions =
        provider === "aurora-solar" && kind === "restricted" ? ["list_projects"] : undefined;
      const { key, text } = await server.issue(provider, kind, environment, permissions && { permissions });
      const sample = () => server.call("GET", sampleOf(provider).url, { token: text });
      const before = (await sample()).statusCode;

      const revoked = await server.call("POST", `/v1/keys/${key.id}/revoke`);

      expect(revoked.json()).toMatchObject({ outcome: "revoked", key: { state: "revoked" } });
      expect([before, (await sample()).statusCode]).toEqual([
        provider === "azotte" && kind === "publishable" ? 403 : 200,
        401,
      ]);
    },
  );

  test("both secrets of a key in its grace period end together", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aero2", "secret", "production");
    const rotated = await server.call("POST", `/v1/keys/${key.id}/rotate`, {
      headers: { "if-match": '"1"' },
    });
    const newer = rotated.json<{ secret: string }>().secret;

    await server.call("POST", `/v1/keys/${key.id}/revoke`);

    for (const token of [text, newer]) {
      expect((await server.call("GET", sampleOf("aero2").url, { token })).statusCode).toBe(401);
    }
  });

  test("revoking again changes nothing and leaves no second audit entry", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    server.clock.advance(5000);

    const again = await server.call("POST", `/v1/keys/${key.id}/revoke`);

    expect(again.json()).toMatchObject({
      outcome: "already-revoked",
      key: { revokedAt: "2026-01-01T00:00:00.000Z" },
    });
    const entries = await server.storage.audit.list({ subject: key.id });
    expect(entries.map(({ action }) => action)).toEqual(["key.created", "key.revoked"]);
  });

  test("a responder may revoke, which is all that a leaked key needs", async () => {
    await using server = await makeServer();
    const token = await server.tokenFor("responder");
    const { key } = await server.issue("example", "secret", "production");

    const response = await server.call("DELETE", `/example/v1/api-keys/${key.id}`, { token });

    expect(response.json()).toEqual({ success: true, message: "API key revoked successfully" });
  });
});

describe("404", () => {
  test("is the same, byte for byte, for a missing key and for somebody else's", async () => {
    await using server = await makeServer();
    const live = await server.issue("aforo", "secret", "production");
    const sandbox = await server.issue("aforo", "secret", "sandbox");
    const other = await server.issue("example", "secret", "production");
    const remove = (id: string) =>
      server.call("DELETE", `/aforo/api/v1/api-keys/${id}`, { token: live.text });

    const answers = [await remove("key_missing"), await remove(sandbox.key.id), await remove(other.key.id)];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    for (const provider of ["aforo", "example"]) {
      const { text } = provider === "aforo" ? sandbox : other;
      expect((await server.call("GET", sampleOf(provider).url, { token: text })).statusCode).toBe(200);
    }
  });
});

describe("412", () => {
  test("a revoke that names a generation misses when the key was rotated since", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/rotate`, { headers: { "if-match": '"1"' } });

    const response = await server.call("POST", `/v1/keys/${key.id}/revoke`, {
      headers: { "if-match": '"1"' },
    });

    expect([response.statusCode, response.json()]).toMatchObject([412, { lostUpdate: { generation: 2 } }]);
  });
});
