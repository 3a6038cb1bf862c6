import { describe, expect, test } from "vitest";
import { makeServer } from "./make-server.ts";

const url = "/aforo/api/v1/api-keys";
const headers = { "idempotency-key": "deploy-42" };
const body = { name: "prod-key-v2", environment: "live" };

describe("409", () => {
  test("a repeated create makes no second key and says how to get on, also after a restart of the client's key", async () => {
    await using server = await makeServer();
    const old = await server.issue("aforo", "secret", "production");
    const first = await server.call("POST", url, { token: old.text, body, headers });
    expect(first.statusCode).toBe(201);
    const { id } = first.json<{ id: string }>();

    const rotated = await server.call("POST", `/v1/keys/${old.key.id}/rotate`, {
      headers: { "if-match": '"1"' },
    });
    const again = await server.call("POST", url, {
      token: rotated.json<{ secret: string }>().secret,
      body,
      headers,
    });

    expect([again.statusCode, again.json()]).toMatchObject([
      409,
      { error: { code: "secret_already_delivered" } },
    ]);
    expect(again.body).toContain(`rotate ${id}`);
    expect((await server.storage.keys.listKeys()).keys).toHaveLength(2);
  });

  test("of many at once one makes the key", async () => {
    await using server = await makeServer();
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => server.call("POST", url, { body, headers })),
    );
    expect(responses.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    expect(responses.filter(({ statusCode }) => statusCode === 409)).toHaveLength(5);
    expect((await server.storage.keys.listKeys()).keys).toHaveLength(1);
  });
});

describe("422", () => {
  test("the same Idempotency-Key with another body", async () => {
    await using server = await makeServer();
    await server.call("POST", url, { body, headers });
    const other = await server.call("POST", url, { body: { ...body, name: "other" }, headers });
    expect(other.statusCode).toBe(422);
  });
});

describe("201", () => {
  test("the same Idempotency-Key from another sender is another request", async () => {
    await using server = await makeServer();
    const token = await server.tokenFor("operator");
    expect((await server.call("POST", url, { body, headers })).statusCode).toBe(201);
    expect((await server.call("POST", url, { body, headers, token })).statusCode).toBe(201);
  });
});

describe("400", () => {
  test.each(["", "a b", "é", "x".repeat(256)])("Idempotency-Key: %s", async (value) => {
    await using server = await makeServer();
    const response = await server.call("POST", url, { body, headers: { "idempotency-key": value } });
    expect(response.statusCode).toBe(400);
  });
});
