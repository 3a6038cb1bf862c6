import { providersOf, validateKey } from "@keywarden/key-format";
import type { Role } from "@keywarden/management";
import { sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeServer } from "./make-server.ts";

const calls = [
  ["list", "GET", "/v1/keys"],
  ["lookup", "POST", "/v1/keys/lookup"],
  ["create", "POST", "/v1/keys"],
  ["rotate", "POST", "/v1/keys/key_x/rotate"],
  ["revoke", "POST", "/v1/keys/key_x/revoke"],
  ["audit", "GET", "/v1/audit"],
  ["tokens", "POST", "/v1/tokens"],
  ["identity", "GET", "/v1/me"],
  ["verify", "POST", "/v1/keys/verify"],
] as const;

const allowed: Record<Role, readonly string[]> = {
  admin: calls.map(([right]) => right),
  operator: ["list", "lookup", "create", "rotate", "revoke", "audit", "identity", "verify"],
  responder: ["list", "lookup", "revoke", "identity"],
  reader: ["list", "lookup", "audit", "identity"],
  verifier: ["identity", "verify"],
};

describe.each(Object.keys(allowed) as Role[])("a token with the role %s", (role) => {
  test("may do exactly what its role says", async () => {
    await using server = await makeServer();
    const token = await server.tokenFor(role);

    const open: string[] = [];
    for (const [right, method, url] of calls) {
      const response = await server.call(method, url, { token });
      if (response.statusCode !== 403) open.push(right);
    }

    expect(open).toEqual(allowed[role]);
  });

  test("has the same rights on a provider's routes", async () => {
    await using server = await makeServer();
    const token = await server.tokenFor(role);

    const created = await server.call("POST", "/aforo/api/v1/api-keys", {
      token,
      body: { name: "n", environment: "live" },
    });

    expect(created.statusCode).toBe(allowed[role].includes("create") ? 201 : 403);
  });
});

test("a token is shown once, works, and knows who it is", async () => {
  await using server = await makeServer();

  const made = await server.call("POST", "/v1/tokens", { body: { name: "ops laptop", role: "operator" } });

  expect(made.statusCode).toBe(201);
  expect(made.headers["cache-control"]).toBe("no-store");
  const { token } = made.json<{ token: string }>();
  expect(token).toMatch(/^kwt_[\w-]{43}$/);
  // What scanners, hooks and redactors know a token by.
  expect(validateKey(token, { ...providersOf([]), sha256 })).toMatchObject({
    status: "valid",
    providers: ["keywarden"],
  });
  const me = await server.call("GET", "/v1/me", { token });
  expect(me.json()).toEqual({ principal: "token:ops laptop", role: "operator" });
});

test.each([
  { name: "x" },
  { name: "x", role: "root" },
  { name: "", role: "reader" },
  { name: "x", role: "reader", a: 1 },
])("%j is no token", async (body) => {
  await using server = await makeServer();

  expect((await server.call("POST", "/v1/tokens", { body })).statusCode).toBe(400);
});

test("health needs no token and tells nothing", async () => {
  await using server = await makeServer();

  const response = await server.call("GET", "/healthz", { token: null });

  expect([response.statusCode, response.json()]).toEqual([200, { status: "ok" }]);
});
