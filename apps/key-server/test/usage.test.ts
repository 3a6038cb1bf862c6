import type { UsageReport } from "@keywarden/management";
import { makeKey } from "@keywarden/testing";
import { azotte } from "@keywarden/key-format";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCountryRanges } from "../src/usage/country-ranges.ts";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";

const hour = 3_600_000;
const startMs = Date.UTC(2026, 5, 1, 12);

async function usageOf(server: TestServer, path: string): Promise<UsageReport> {
  await server.app.flush();
  const response = await server.call("GET", path);
  expect(response.statusCode).toBe(200);
  return response.json();
}

const sumOf = (rows: readonly { readonly requests: number }[]) =>
  rows.reduce((sum, { requests }) => sum + requests, 0);

function verify(server: TestServer, body: Record<string, unknown>) {
  return server.call("POST", "/v1/keys/verify", { body });
}

test("what was counted is written in the order of keys, since each of them is elsewhere in the database", async () => {
  await using server = await makeServer({ startMs });
  const issued = await Promise.all([1, 2, 3].map(() => server.issue("example", "secret", "production")));
  const ids = issued.map(({ key }) => key.id).toSorted();
  const { usage } = server.storage;
  const add = usage.add.bind(usage);
  const written: (string | null)[] = [];
  usage.add = (counts) => {
    written.push(...counts.map(({ keyId }) => keyId));
    return add(counts);
  };

  const used = issued.toSorted((one, other) => (one.key.id < other.key.id ? 1 : -1));
  for (const { text } of used) await verify(server, { key: text });
  await server.app.flush();

  expect(written).toEqual(ids);
});

describe("200", () => {
  test("a key's usage is its verifications by time, reason, country and feature", async () => {
    await using server = await makeServer({
      startMs,
      countryOf: readCountryRanges("192.0.2.0/24,DE\n198.51.100.0/24,FR"),
    });
    const { key, text } = await server.issue("example", "secret", "production", {
      restrictions: { endpoints: ["GET /v1/users/*"] },
    });
    const request = { key: text, method: "GET", ip: "192.0.2.7" };
    for (const id of ["usr_1", "usr_2", "usr_3"])
      await verify(server, { ...request, path: `/v1/users/${id}` });
    server.clock.advance(60_000);
    await verify(server, { ...request, path: "/v1/users/usr_1", ip: "198.51.100.1" });
    await verify(server, { ...request, path: "/v1/orders" });
    await verify(server, { key: text, path: "/v1/users/usr_9", method: "GET" });

    const report = await usageOf(server, `/v1/keys/${key.id}/usage?from=2026-06-01T12:00:00Z`);
    expect(report).toMatchObject({
      bucket: "minute",
      from: "2026-06-01T12:00:00.000Z",
      countedSince: "2026-06-01T12:00:00.000Z",
      requests: 6,
      denied: 1,
      errorRate: 1 / 6,
      buckets: [
        { start: "2026-06-01T12:00:00.000Z", requests: 3, denied: 0 },
        { start: "2026-06-01T12:01:00.000Z", requests: 3, denied: 1 },
      ],
      outcomes: [
        { name: "allowed", requests: 5, denied: 0 },
        { name: "endpoint-not-allowed", requests: 1, denied: 1 },
      ],
      countries: [
        { name: "DE", requests: 4, denied: 1 },
        { name: "FR", requests: 1, denied: 0 },
        { name: "unknown", requests: 1, denied: 0 },
      ],
      features: [
        { name: "GET /v1/users/{id}", requests: 5, denied: 0 },
        { name: "other", requests: 1, denied: 1 },
      ],
    });
  });

  test("without a file of countries every country is unknown", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "sandbox");
    await verify(server, { key: text, ip: "192.0.2.7" });
    expect((await usageOf(server, `/v1/keys/${key.id}/usage`)).countries).toEqual([
      { name: "unknown", requests: 1, denied: 0 },
    ]);
  });

  test("Azotte: a key that may read analytics sees a key's usage, in the words of the document", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("azotte", "secret", "production");
    for (let times = 0; times < 3; times += 1)
      await server.call("GET", sampleOf("azotte").url, { token: text });
    const publishable = await server.issue("azotte", "publishable", "production");
    await server.call("GET", sampleOf("azotte").url, { token: publishable.text });
    await server.app.flush();

    const own = await server.call("GET", `/azotte/v1/api-keys/${key.id}/usage`, { token: text });
    expect(own.statusCode).toBe(200);
    expect(own.json()).toMatchObject({
      data: {
        bucket: "hour",
        request_volume: { total: 3 },
        errors: { total: 0, rate: 0, patterns: [] },
        geography: [{ country: "unknown", requests: 3, errors: 0 }],
        features: [{ feature: "GET /v1/subscriptions", requests: 3, errors: 0 }],
      },
    });
    const other = await server.call("GET", `/azotte/v1/api-keys/${publishable.key.id}/usage`, {
      token: text,
    });
    expect(other.json()).toMatchObject({
      data: { errors: { total: 1, rate: 1, patterns: [{ reason: "kind-not-allowed", requests: 1 }] } },
    });
  });

  test("Azotte: a tenant's usage is that of its keys in the environment of the key that asks", async () => {
    await using server = await makeServer({ startMs });
    const bound = { restrictions: { tenant: "tenant_prod_1" } };
    const one = await server.issue("azotte", "secret", "production", bound);
    const two = await server.issue("azotte", "secret", "production", bound);
    const development = await server.issue("azotte", "secret", "development", {
      restrictions: { tenant: "tenant_dev_1" },
    });
    const elsewhere = await server.issue("azotte", "secret", "production", {
      restrictions: { tenant: "tenant_prod_2" },
    });
    for (const { text } of [one, two, development, elsewhere]) await verify(server, { key: text });
    await server.app.flush();
    const path = "/azotte/v1/tenants/tenant_prod_1/usage";
    const totalFor = async (token?: string, at = path) => {
      const response = await server.call("GET", at, token === undefined ? {} : { token });
      return response.json<{ data: { request_volume: { total: number } } }>().data.request_volume.total;
    };
    expect(await totalFor(one.text)).toBe(2);
    expect(await totalFor()).toBe(2);
    const unbound = await server.issue("azotte", "secret", "production");
    expect(await totalFor(unbound.text)).toBe(2);
    const dev = "/azotte/v1/tenants/tenant_dev_1/usage";
    expect((await server.call("GET", dev, { token: unbound.text })).statusCode).toBe(404);
    expect((await server.call("GET", path.replace("_1", "_9"))).statusCode).toBe(404);
    expect(await totalFor(undefined, "/azotte/v1/tenants/tenant_dev_1/usage")).toBe(1);
    expect((await server.call("GET", path, { token: elsewhere.text })).statusCode).toBe(403);
  });

  test("all usage, a provider's, a tenant's and that of strangers' keys are told apart", async () => {
    await using server = await makeServer({ startMs });
    const { text } = await server.issue("aforo", "secret", "production");
    const { text: azotteText } = await server.issue("azotte", "secret", "production", {
      restrictions: { tenant: "tenant_prod_1" },
    });
    await verify(server, { key: text });
    await verify(server, { key: azotteText });
    await verify(server, { key: azotteText });
    const stranger = makeKey(azotte, { kind: "secret", environment: "production" }, 99);
    await verify(server, { key: stranger.reveal(), ip: "192.0.2.1" });
    expect((await usageOf(server, "/v1/usage")).requests).toBe(3);
    expect((await usageOf(server, "/v1/usage?provider=azotte")).requests).toBe(2);
    expect((await usageOf(server, "/v1/usage?tenant=tenant_prod_1")).requests).toBe(2);
    await server.issue("azotte", "secret", "production", { restrictions: { tenant: "tenant_prod_2" } });
    expect((await usageOf(server, "/v1/usage?tenant=tenant_prod_2")).requests).toBe(0);
    expect((await usageOf(server, "/v1/usage?strangers=true")).outcomes).toEqual([
      { name: "unknown-key", requests: 1, denied: 1 },
    ]);
  });

  test("a management call with a provider's key is a use of that key", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await server.call("GET", "/aforo/api/v1/api-keys", { token: text });
    const { features } = await usageOf(server, `/v1/keys/${key.id}/usage`);
    expect(features).toMatchObject([{ name: "GET /api/v1/api-keys", requests: 1 }]);
  });

  test("the numbers add up to the verifications, through roll-ups, clock moves and writes at any time", async () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant("verify" as const),
          key: fc.nat(3),
          path: fc.constantFrom("/a", "/b/1", "//", undefined),
          ip: fc.constantFrom("192.0.2.1", undefined),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("move" as const),
          byMs: fc.integer({ min: -hour, max: 30 * hour }),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ kind: "flush" as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        await using server = await makeServer({
          startMs,
          countryOf: (address) => (address.startsWith("192.") ? "DE" : null),
        });
        const keys = [
          await server.issue("aforo", "secret", "production"),
          await server.issue("example", "secret", "production", { restrictions: { endpoints: ["GET /a"] } }),
          await server.issue("aforo", "secret", "production", {
            restrictions: { rateLimits: [{ requests: 2, windowSeconds: 60 }] },
          }),
        ];
        const expected = new Map<string, { requests: number; denied: number }>();
        for (const taken of steps) {
          if (taken.kind === "move") server.clock.set(server.clock() + taken.byMs);
          else if (taken.kind === "flush") await server.app.flush();
          else {
            const { key, path, ip } = taken;
            const chosen = keys[key];
            const text =
              chosen?.text ?? makeKey(azotte, { kind: "secret", environment: "production" }, 5).reveal();
            const answer = await verify(server, { key: text, method: "GET", path, ip });
            const id = chosen?.key.id ?? "strangers";
            const sum = expected.get(id) ?? { requests: 0, denied: 0 };
            sum.requests += 1;
            if (!answer.json<{ valid: boolean }>().valid) sum.denied += 1;
            expected.set(id, sum);
          }
        }
        const to = new Date(server.storage.now() + 1).toISOString();
        for (const [id, sum] of expected) {
          const path = id === "strangers" ? "/v1/usage?strangers=true&" : `/v1/keys/${id}/usage?`;
          const report = await usageOf(server, `${path}from=2026-06-01T00:00:00Z&to=${to}&bucket=day`);
          expect({ requests: report.requests, denied: report.denied }).toEqual(sum);
          for (const rows of [report.outcomes, report.countries, report.features])
            expect(sumOf(rows)).toBe(sum.requests);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("who asks sees what was just done, without waiting for the next write", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await verify(server, { key: text });
    const path = `/v1/keys/${key.id}/usage?from=2026-06-01`;
    server.clock.advance(1000);
    expect((await server.call("GET", path)).json()).toMatchObject({
      requests: 1,
      from: "2026-06-01T00:00:00.000Z",
    });
    // Asking is not a way to make the server write all the time.
    await verify(server, { key: text });
    expect((await server.call("GET", path)).json()).toMatchObject({ requests: 1 });
  });

  test("what could not be written is written the next time, once", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    for (let times = 0; times < 3; times += 1) await verify(server, { key: text });
    const { usage } = server.storage;
    const add = usage.add.bind(usage);
    Object.assign(usage, { add: async () => Promise.reject(new Error("disk full")) });
    await expect(server.app.flush()).rejects.toThrow("disk full");
    // Whoever asks meanwhile hears of it, each time, and not of a number that is too small.
    for (let times = 0; times < 2; times += 1)
      expect((await server.call("GET", `/v1/keys/${key.id}/usage`)).statusCode).toBe(500);
    Object.assign(usage, { add });
    await verify(server, { key: text });
    expect((await usageOf(server, `/v1/keys/${key.id}/usage`)).requests).toBe(4);
    expect((await usageOf(server, `/v1/keys/${key.id}/usage`)).requests).toBe(4);
  });

  test("counts wait ten seconds for others, and are there when the server was closed before", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await verify(server, { key: text });
    const read = async () => (await server.storage.usage.total(key.id, 0, 2 ** 50)).requests;
    await server.app.tick();
    server.clock.advance(9_999);
    await server.app.tick();
    expect(await read()).toBe(0);
    server.clock.advance(1);
    await server.app.tick();
    expect(await read()).toBe(1);
    await verify(server, { key: text });
    await server.app.http.close();
    expect(await read()).toBe(2);
  });
});

describe("400", () => {
  test.each([
    ["from=yesterday", "from: "],
    ["from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z", "must be before"],
    ["bucket=week", "bucket: "],
    ["colour=red", "colour"],
    ["from=2026-01-01T00:00:00Z&bucket=minute", "at most 1500"],
    ["from=2026-05-31T00:00:00Z&to=2026-05-31T01:00:00Z&bucket=minute", "minutes are kept for 3 hours"],
    ["from=2026-04-01T00:00:00Z&to=2026-04-02T00:00:00Z&bucket=hour", "ask for days"],
  ])("%s", async (query, words) => {
    await using server = await makeServer({ startMs });
    const { key } = await server.issue("aforo", "secret", "production");
    const response = await server.call("GET", `/v1/keys/${key.id}/usage?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain(words);
  });
});

describe("403 and 404", () => {
  test("a key without the permission, a publishable key and a verifier's token see no usage", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("azotte", "secret", "production", {
      permissions: ["customers:read"],
    });
    const publishable = await server.issue("azotte", "publishable", "production");
    const path = `/azotte/v1/api-keys/${key.id}/usage`;
    expect((await server.call("GET", path, { token: text })).statusCode).toBe(403);
    expect((await server.call("GET", path, { token: publishable.text })).statusCode).toBe(403);
    expect((await server.call("GET", path, { token: await server.tokenFor("verifier") })).statusCode).toBe(
      403,
    );
    expect(
      (await server.call("GET", "/v1/usage", { token: await server.tokenFor("verifier") })).statusCode,
    ).toBe(403);
  });

  test("the usage of a key of another environment or provider is not there", async () => {
    await using server = await makeServer({ startMs });
    const { text } = await server.issue("azotte", "secret", "production");
    const development = await server.issue("azotte", "secret", "development");
    const aforo = await server.issue("aforo", "secret", "production");
    for (const { key } of [development, aforo]) {
      const response = await server.call("GET", `/azotte/v1/api-keys/${key.id}/usage`, { token: text });
      expect(response.statusCode).toBe(404);
    }
  });
});
