import { sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeServer, sampleOf } from "./make-server.ts";

describe("200", () => {
  test("knows a key in every state of its life, long after it ended", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production");
    const look = async (secret: string) => {
      const response = await server.call("POST", "/v1/keys/lookup", { body: { sha256: sha256(secret) } });
      return response.json<{ secretState: string; key: { id: string } }>();
    };

    expect(await look(text)).toMatchObject({ found: true, secretState: "active", key: { id: key.id } });
    const rotated = await server.call("POST", `/v1/keys/${key.id}/rotate`, {
      headers: { "if-match": '"1"' },
    });
    const newer = rotated.json<{ secret: string }>().secret;
    expect([(await look(text)).secretState, (await look(newer)).secretState]).toEqual(["grace", "active"]);
    server.clock.advance(300_000);
    expect([(await look(text)).secretState, (await look(newer)).secretState]).toEqual(["expired", "active"]);
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    server.clock.advance(400 * 86_400_000);
    expect([(await look(text)).secretState, (await look(newer)).secretState]).toEqual(["revoked", "revoked"]);
  });

  test("being looked up is not being used", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aforo", "secret", "production");

    await server.call("POST", "/v1/keys/lookup", { body: { sha256: sha256(text) } });
    await server.call("POST", "/aforo/api/v1/api-keys/lookup", { body: { sha256: sha256(text) } });
    await server.app.flush();

    expect((await server.call("GET", `/v1/keys/${key.id}`)).json()).toMatchObject({ lastUsedAt: null });
  });

  test.each([
    ["/aforo/api/v1/api-keys/lookup", { found: false }],
    ["/example/v1/api-keys/lookup", { success: true, data: null }],
    ["/aero2/v1/api-keys/lookup", { key: null }],
    ["/azotte/v1/api-keys/lookup", { data: null }],
    ["/aurora-solar/v1/api-keys/lookup", { api_key: null }],
    ["/v1/keys/lookup", { found: false }],
  ])("%s answers for a stranger's fingerprint", async (url, expected) => {
    await using server = await makeServer();

    const response = await server.call("POST", url, { body: { sha256: sha256("somebody else's") } });

    expect([response.statusCode, response.json()]).toEqual([200, expected]);
  });

  test("a provider knows its own keys only, and a key those of its environment only", async () => {
    await using server = await makeServer();
    const live = await server.issue("aforo", "secret", "production");
    const sandbox = await server.issue("aforo", "secret", "sandbox");
    const look = async (url: string, text: string, token?: string) => {
      const response = await server.call("POST", url, {
        ...(token === undefined ? {} : { token }),
        body: { sha256: sha256(text) },
      });
      return response.json<unknown>();
    };

    expect(await look("/example/v1/api-keys/lookup", live.text)).toEqual({ success: true, data: null });
    expect(await look("/aforo/api/v1/api-keys/lookup", live.text, sandbox.text)).toEqual({ found: false });
    expect(await look("/aforo/api/v1/api-keys/lookup", sandbox.text, sandbox.text)).toMatchObject({
      found: true,
    });
  });
});

describe("400", () => {
  test.each([["no body"], [""], ["abc"], ["A".repeat(64)], ["0".repeat(65)]])(
    "sha256 %s",
    async (fingerprint) => {
      await using server = await makeServer();

      const body = fingerprint === "no body" ? undefined : { sha256: fingerprint };
      const response = await server.call("POST", "/v1/keys/lookup", { body });

      expect(response.statusCode).toBe(400);
    },
  );

  test("a whole key in place of its fingerprint is refused and not repeated", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("aforo", "secret", "production");

    for (const body of [{ sha256: text }, { [text]: "x" }]) {
      const response = await server.call("POST", "/aforo/api/v1/api-keys/lookup", { body });
      expect(response.statusCode).toBe(400);
      expect(response.body).not.toContain(text);
    }
    expect(server.log.text).not.toContain(text);
    expect((await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode).toBe(200);
  });
});
