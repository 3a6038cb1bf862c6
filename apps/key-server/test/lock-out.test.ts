import { describe, expect, test } from "vitest";
import { makeServer, sampleOf } from "./make-server.ts";

describe.each([
  ["of one process", {}],
  ["that other processes share", { sharesStorage: true }],
] as const)("a storage %s: an address with too many bad keys", (_name, options) => {
  test("is told to wait for bad ones only; a good key or token that was never seen works at once", async () => {
    await using server = await makeServer(options);
    const { key, text } = await server.issue("example", "secret", "production");
    const dead = await server.issue("example", "secret", "production");
    await server.call("POST", `/v1/keys/${dead.key.id}/revoke`);
    const operator = await server.tokenFor("operator");
    const { method, url } = sampleOf("example");
    const bad = `${text.slice(0, -6)}aaaaaa`;
    const statusOf = async (token: string) => (await server.call(method, url, { token })).statusCode;
    for (let count = 0; count < 130; count += 1) {
      await statusOf(bad);
      await server.call("GET", "/v1/me", { token: `kwt_${count}` });
    }
    expect(await statusOf(bad)).toBe(429);
    expect(await statusOf(dead.text)).toBe(429);
    expect((await server.call("GET", "/v1/me", { token: "kwt_x" })).statusCode).toBe(429);
    expect(await statusOf(text)).toBe(200);
    const body = { key: text, ip: "127.0.0.1" };
    const verdict = await server.call("POST", "/v1/keys/verify", { token: operator, body });
    expect(verdict.json()).toMatchObject({ valid: true, key: { id: key.id } });
  });
});

test("limits free up after their window also while time stands still, since the clock was set back", async () => {
  let elapsedMs = 0;
  await using server = await makeServer({ elapsedMs: () => elapsedMs });
  const { text } = await server.issue("example", "secret", "production", {
    restrictions: { rateLimits: [{ requests: 1, windowSeconds: 60 }] },
  });
  const ask = async (key: string) => {
    const body = { key, ip: "10.1.2.3" };
    return (await server.call("POST", "/v1/keys/verify", { body })).json<{ code?: string }>();
  };
  server.clock.advance(-3_600_000);
  for (let count = 0; count < 100; count += 1) await ask(`bad ${count}`);
  expect(await ask("bad")).toMatchObject({ code: "too-many-bad-keys", retryAfterSeconds: 60 });
  expect(await ask(text)).toMatchObject({ valid: true });
  expect(await ask(text)).toMatchObject({ code: "rate-limited", retryAfterSeconds: 60 });
  elapsedMs += 60_000;
  expect(await ask("bad")).toMatchObject({ code: "malformed-key" });
  expect(await ask(text)).toMatchObject({ valid: true });
});
