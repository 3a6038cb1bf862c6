import { makeSealingKey } from "@keywarden/management";
import { describe, expect, test } from "vitest";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";
import { headerOf, ownKey } from "./own-key.ts";

const url = "/aforo/api/v1/api-keys";
const body = { name: "n", environment: "live" };

const rotate = (server: TestServer, id: string, headers: Record<string, string>) =>
  server.call("POST", `/v1/keys/${id}/rotate`, { headers: { "if-match": '"1"', ...headers } });

describe("a key of the caller's own", () => {
  test.each([
    ["another prefix", { prefix: "sk_test_" }],
    ["a length that could be guessed", { length: "20" }],
    ["no form at all", { colour: "red" }],
    ["a bad hash", { sha256: "abc" }],
  ])("is refused with %s", async (_what, wrong) => {
    await using server = await makeServer();
    const { facts } = ownKey(3);
    const headers = { "keywarden-own-key": headerOf({ ...facts, ...wrong }) };

    const answer = await server.call("POST", url, {
      headers,
      body,
    });

    expect([answer.statusCode, answer.body]).toEqual([
      400,
      expect.stringContaining("Keywarden-Own-Key") as string,
    ]);
    expect((await server.storage.keys.listKeys()).keys).toEqual([]);
  });

  test("is nobody else's: a hash is taken once, on create and on rotation", async () => {
    await using server = await makeServer();
    const { header } = ownKey(3);
    const headers = { "keywarden-own-key": header };
    expect((await server.call("POST", url, { headers, body })).statusCode).toBe(201);
    const other = await server.issue("aforo", "secret", "production");

    const answers = [
      await server.call("POST", url, { headers, body }),
      await server.call("POST", url, { headers: { ...headers, "idempotency-key": "w" }, body }),
      await rotate(server, other.key.id, headers),
    ];

    for (const answer of answers)
      expect([answer.statusCode, answer.body.toLowerCase()]).toEqual([
        409,
        expect.stringContaining("secret_taken"),
      ]);
    expect((await server.call("GET", sampleOf("aforo").url, { token: other.text })).statusCode).toBe(200);
    expect(await server.storage.keys.getKey(other.key.id)).toMatchObject({ generation: 1 });
  });

  test("is not asked for together with a seal, and a seal needs a public key", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const both = {
      "keywarden-own-key": ownKey(3).header,
      "keywarden-seal-to": makeSealingKey().recipient,
    };

    const answers = [
      await rotate(server, key.id, both),
      await rotate(server, key.id, { "keywarden-seal-to": "x25519 abc" }),
      await rotate(server, key.id, { "keywarden-seal-to": "" }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400]);
    expect(await server.storage.keys.getKey(key.id)).toMatchObject({ generation: 1 });
  });
});
