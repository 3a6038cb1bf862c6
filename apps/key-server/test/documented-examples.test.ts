import { expect, test } from "vitest";
import { makeServer } from "./make-server.ts";

test("Aforo: the old key creates the new one, both work, and the new one deletes the old", async () => {
  await using server = await makeServer();
  const old = await server.issue("aforo", "secret", "production");

  const created = await server.call("POST", "/aforo/api/v1/api-keys", {
    token: old.text,
    body: { name: "prod-key-v2", environment: "live" },
  });
  expect(created.statusCode).toBe(201);
  const { key, id, ...rest } = created.json<{ key: string; id: string }>();
  expect(rest).toEqual({});
  expect(key).toMatch(/^sk_live_[0-9A-Za-z]{40}$/);
  expect(key).toHaveLength(48);
  expect(id).toMatch(/^key_/);

  for (const token of [old.text, key]) {
    const event = await server.call("POST", "/aforo/v1/events", {
      token,
      body: {
        customerId: "cust_abc123",
        metricId: "api_calls",
        quantity: 1,
        timestamp: "2026-04-18T10:00:00Z",
      },
    });
    expect([event.statusCode, event.json()]).toEqual([202, { accepted: true }]);
  }

  const deleted = await server.call("DELETE", `/aforo/api/v1/api-keys/${old.key.id}`, { token: key });
  expect(deleted.statusCode).toBe(200);
  expect(
    (await server.call("GET", "/aforo/v1/entitlements/cust_abc123", { token: old.text })).statusCode,
  ).toBe(401);
  expect((await server.call("GET", "/aforo/v1/entitlements/cust_abc123", { token: key })).statusCode).toBe(
    200,
  );
});

test("Aforo: entitlements answer as printed", async () => {
  await using server = await makeServer({ startMs: Date.parse("2026-04-18T10:00:00Z") });
  const { text } = await server.issue("aforo", "secret", "production");

  const response = await server.call("GET", "/aforo/v1/entitlements/cust_abc123", { token: text });

  expect(response.json()).toEqual({
    allowed: true,
    plan: "pro",
    remaining_quota: 8420,
    quota_reset: "2026-05-01T00:00:00Z",
  });
});

test("Aforo: a test key is made for the sandbox", async () => {
  await using server = await makeServer();
  const { text } = await server.issue("aforo", "secret", "sandbox");

  const response = await server.call("POST", "/aforo/api/v1/api-keys", {
    token: text,
    body: { name: "ci", environment: "test" },
  });

  expect(response.json<{ key: string }>().key).toMatch(/^sk_test_[0-9A-Za-z]{40}$/);
});

test("Example: the list and the delete answer exactly as printed", async () => {
  await using server = await makeServer({ startMs: Date.parse("2025-01-01T00:00:00Z") });
  const { key, text } = await server.issue("example", "secret", "production", { name: "Production Key" });
  server.clock.set(Date.parse("2025-01-15T10:30:00Z"));
  await server.call("GET", "/example/v1/users/usr_123", { token: text });
  await server.app.flush();

  const listed = await server.call("GET", "/example/v1/api-keys", { token: text });
  expect(listed.statusCode).toBe(200);
  expect(listed.json()).toEqual({
    success: true,
    data: [
      {
        id: key.id,
        name: "Production Key",
        prefix: "sk_live_",
        created_at: "2025-01-01T00:00:00.000Z",
        last_used: "2025-01-15T10:30:00.000Z",
      },
    ],
  });

  const deleted = await server.call("DELETE", `/example/v1/api-keys/${key.id}`, { token: text });
  expect([deleted.statusCode, deleted.json()]).toEqual([
    200,
    { success: true, message: "API key revoked successfully" },
  ]);
  const user = await server.call("GET", "/example/v1/users/usr_123", { token: text });
  expect([user.statusCode, user.json()]).toMatchObject([401, { success: false }]);
});

test("Example: 401 and 403 say what to check", async () => {
  await using server = await makeServer();

  const missing = await server.call("GET", "/example/v1/users/usr_123", { token: null });
  expect(missing.statusCode).toBe(401);
  expect(missing.headers["www-authenticate"]).toBe('Bearer realm="keywarden"');
  expect(missing.json<{ message: string }>().message).toContain("Authorization: Bearer");

  const wrong = await server.call("GET", "/example/v1/users/usr_123", {
    token: ["sk", "live", "nope"].join("_"),
  });
  expect(wrong.headers["www-authenticate"]).toBe('Bearer realm="keywarden", error="invalid_token"');
  expect(wrong.json<{ message: string }>().message).toContain("environment");
});

test("Aero2: an application has publishable and secret keys, and a rotated one works for 24 hours more", async () => {
  await using server = await makeServer();
  const first = await server.issue("aero2", "secret", "production");
  const made = await server.call("POST", "/aero2/v1/api-keys", {
    token: first.text,
    body: { name: "frontend", type: "publishable" },
  });
  expect(made.json()).toMatchObject({ name: "frontend", type: "publishable", prefix: "pk_live_" });

  const rotated = await server.call("POST", `/aero2/v1/api-keys/${first.key.id}/rotate`, {
    token: first.text,
  });

  expect(rotated.statusCode).toBe(201);
  expect(rotated.json()).toMatchObject({
    previous_key: { expires_at: "2026-01-02T00:00:00.000Z", expires_in_seconds: 86_400 },
  });
  const application = { token: first.text };
  server.clock.advance(86_400_000 - 1);
  expect((await server.call("GET", "/aero2/v1/application", application)).statusCode).toBe(200);
  server.clock.advance(1);
  expect((await server.call("GET", "/aero2/v1/application", application)).statusCode).toBe(401);
});

test("Azotte: a key is generated with a type and permissions for dev or live", async () => {
  await using server = await makeServer();

  const made = await server.call("POST", "/azotte/v1/api-keys", {
    body: { name: "billing", type: "secret", environment: "dev", permissions: ["subscriptions:read"] },
  });

  expect(made.statusCode).toBe(201);
  expect(made.json()).toMatchObject({
    type: "secret",
    environment: "dev",
    permissions: ["subscriptions:read"],
    key: expect.stringMatching(/^sk_dev_[0-9a-f]{40}$/) as string,
  });
});

test("Aurora Solar: a restricted key lists projects only when it was given that action", async () => {
  await using server = await makeServer();
  const make = (actions: readonly string[]) =>
    server.call("POST", "/aurora-solar/v1/api-keys", {
      body: { name: "partner", type: "restricted", environment: "production", actions },
    });

  const statuses = [];
  for (const actions of [["list_projects"], ["retrieve_project"]]) {
    const { api_key } = (await make(actions)).json<{ api_key: { token: string } }>();
    expect(api_key.token).toMatch(/^rk_prod_/);
    const projects = await server.call("GET", "/aurora-solar/v1/projects", { token: api_key.token });
    statuses.push(projects.statusCode);
  }

  expect(statuses).toEqual([200, 403]);
});

test("Aurora Solar: refusals call a key what the document calls it", async () => {
  await using server = await makeServer();
  const restricted = await server.issue("aurora-solar", "restricted", "production");
  const body = { name: "n", type: "standard", environment: "production", actions: ["list_projects"] };

  const refused = [
    await server.call("GET", "/aurora-solar/v1/api-keys", { token: restricted.text }),
    await server.call("POST", "/aurora-solar/v1/api-keys", { body }),
  ].map((answer) => answer.json<{ errors: [{ detail: string }] }>().errors[0].detail);

  expect(refused).toEqual([
    expect.stringContaining("use a standard key of the production environment"),
    expect.stringContaining("a standard key of this provider carries no list of permissions"),
  ]);
});
