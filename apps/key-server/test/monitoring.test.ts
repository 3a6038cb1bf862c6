import { azotte } from "@keywarden/key-format";
import type { SecurityEventView } from "@keywarden/management";
import { assertNoKey, makeKey } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import { StorageError } from "@keywarden/storage";
import { describe, expect, test, vi } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

const minute = 60_000;
const startMs = Date.UTC(2026, 5, 1, 12);

async function verifyTimes(server: TestServer, times: number, body: Record<string, unknown>): Promise<void> {
  for (let count = 0; count < times; count += 1) await server.call("POST", "/v1/keys/verify", { body });
}

async function eventsOf(server: TestServer, query = ""): Promise<readonly SecurityEventView[]> {
  await server.app.flush();
  const response = await server.call("GET", `/v1/security-events${query}`);
  expect(response.statusCode).toBe(200);
  return response.json<{ events: SecurityEventView[] }>().events;
}

/** Two hours of the same number of verifications a minute. */
async function liveThrough(
  server: TestServer,
  text: string,
  minutes: number,
  perMinute: number,
): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 1) {
    await verifyTimes(server, perMinute, { key: text });
    server.clock.advance(minute);
    await server.app.flush();
  }
}

describe("200", () => {
  test("a burst of ten times a key's own volume is noticed once, and steady traffic is not", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("azotte", "secret", "production");
    await liveThrough(server, text, 121, 7);
    expect(await eventsOf(server)).toEqual([]);
    await verifyTimes(server, 70, { key: text });
    expect(await eventsOf(server)).toMatchObject([
      {
        code: "unusual-volume",
        severity: "warning",
        keyId: key.id,
        provider: "azotte",
        count: 1,
        evidence:
          "70 requests in a minute; the median of the 121 minutes before is 7, the second highest of them 7",
      },
    ]);
    await verifyTimes(server, 30, { key: text });
    expect(await eventsOf(server)).toHaveLength(1);
  });

  test("a burst whose minute is written in parts, each of them quiet, is noticed by their sum", async () => {
    await using server = await makeServer({ startMs });
    const { text } = await server.issue("azotte", "secret", "production");
    await liveThrough(server, text, 121, 7);
    await verifyTimes(server, 40, { key: text });
    expect(await eventsOf(server)).toEqual([]);
    await verifyTimes(server, 40, { key: text });
    expect(await eventsOf(server)).toMatchObject([
      { code: "unusual-volume", evidence: expect.stringContaining("80 requests in a minute") as string },
    ]);
  });

  test("a key without two hours of history has no unusual volume", async () => {
    await using server = await makeServer({ startMs });
    const { text } = await server.issue("azotte", "secret", "production");
    await liveThrough(server, text, 30, 1);
    await verifyTimes(server, 100, { key: text });
    expect(await eventsOf(server)).toEqual([]);
  });

  test("a revoked key in use is noticed, written to the audit, and noticed again only after it was quiet for an hour", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("azotte", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    for (let passed = 0; passed < 3; passed += 1) {
      await verifyTimes(server, 20, { key: text });
      await server.app.flush();
      server.clock.advance(minute);
    }
    const [event, ...more] = await eventsOf(server);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ code: "dead-key-in-use", severity: "high", count: 3 });
    server.clock.advance(60 * minute);
    await verifyTimes(server, 20, { key: text });
    expect(await eventsOf(server, "?code=dead-key-in-use")).toHaveLength(2);
    const audit = await server.call("GET", "/v1/audit?limit=1000");
    const noticed = audit
      .json<{ entries: { action: string; details: Record<string, unknown> }[] }>()
      .entries.filter(({ action }) => action === "security.noticed");
    expect(noticed).toHaveLength(2);
    expect(noticed[0]?.details).toMatchObject({ code: "dead-key-in-use", eventId: event?.id });
    assertNoKey(audit.body, [new Secret(text)]);
  });

  test("requests over a key's rate limit and refused ones are two events", async () => {
    await using server = await makeServer({ startMs });
    const { text } = await server.issue("example", "secret", "production", {
      restrictions: { endpoints: ["GET /a"] },
    });
    const limited = await server.issue("azotte", "secret", "production", {
      restrictions: { rateLimits: [{ requests: 5, windowSeconds: 60 }] },
    });
    await verifyTimes(server, 20, { key: text, method: "GET", path: "/b" });
    await verifyTimes(server, 15, { key: limited.text });
    const events = await eventsOf(server);
    expect(events.map(({ code, severity }) => `${code} ${severity}`).toSorted()).toEqual([
      "failed-attempts warning",
      "limit-violations notice",
    ]);
    expect(await eventsOf(server, `?key=${limited.key.id}`)).toMatchObject([{ code: "limit-violations" }]);
    expect(await eventsOf(server, "?provider=example&severity=warning")).toMatchObject([
      { code: "failed-attempts" },
    ]);
  });

  test("strangers' keys from one address are noticed with its network only", async () => {
    await using server = await makeServer({ startMs });
    for (let seed = 0; seed < 25; seed += 1) {
      const key = makeKey(azotte, { kind: "secret", environment: "production" }, seed).reveal();
      await verifyTimes(server, 1, { key, ip: seed < 20 ? "192.0.2.77" : `198.51.100.${seed}` });
    }
    const events = await eventsOf(server);
    expect(events).toMatchObject([
      { code: "unknown-keys", keyId: null, provider: null, subject: "192.0.2.0/24" },
    ]);
    expect(JSON.stringify(events)).not.toContain("192.0.2.77");
  });

  test("a country that a key was never let in from is noticed, once it has a history", async () => {
    const countryOf = (address: string) => (address.startsWith("192.") ? "DE" : "FR");
    await using server = await makeServer({ startMs, countryOf });
    const { key, text } = await server.issue("azotte", "secret", "production");
    const young = await server.issue("azotte", "secret", "production");
    await verifyTimes(server, 100, { key: text, ip: "192.0.2.1" });
    await verifyTimes(server, 5, { key: young.text, ip: "192.0.2.1" });
    await server.app.flush();
    await verifyTimes(server, 1, { key: young.text, ip: "198.51.100.1" });
    await verifyTimes(server, 1, { key: text, ip: "198.51.100.1" });
    expect(await eventsOf(server)).toMatchObject([
      {
        code: "new-country",
        keyId: key.id,
        evidence: "let in from FR for the first time; 100 requests before came from DE",
      },
    ]);
    server.clock.advance(120 * minute);
    await verifyTimes(server, 1, { key: text, ip: "198.51.100.1" });
    expect(await eventsOf(server)).toHaveLength(1);
  });

  test("what a key's usual countries are is known after a restart", async () => {
    const countryOf = (address: string) => (address.startsWith("192.") ? "DE" : "FR");
    await using server = await makeServer({ startMs, countryOf });
    const { key } = await server.issue("azotte", "secret", "production");
    const minuteMs = startMs - (startMs % minute);
    const count = {
      keyId: key.id,
      startMs: minuteMs,
      outcome: "allowed",
      country: "FR",
      feature: "other",
      requests: 500,
    };
    await server.storage.usage.add([count]);
    const { text } = await server.issue("azotte", "secret", "production");
    await verifyTimes(server, 1, { key: text, ip: "198.51.100.1" });
    expect(await eventsOf(server)).toEqual([]);
  });

  test("Azotte: a key that may read audit logs lists the events of its environment, a page at a time", async () => {
    await using server = await makeServer({ startMs });
    const { text } = await server.issue("azotte", "secret", "production", {
      permissions: ["audit_logs:read"],
    });
    const dead: string[] = [];
    for (const environment of ["production", "production", "development"] as const) {
      const one = await server.issue("azotte", "secret", environment);
      await server.call("POST", `/v1/keys/${one.key.id}/revoke`);
      await verifyTimes(server, 20, { key: one.text });
      await server.app.flush();
      server.clock.advance(1);
      dead.push(one.key.id);
    }
    const first = await server.call("GET", "/azotte/v1/security-events?limit=1", { token: text });
    expect(first.statusCode).toBe(200);
    expect(first.json()).toMatchObject({
      data: [{ type: "dead-key-in-use", api_key_id: dead[1], count: 1 }],
    });
    const next = /<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? "";
    const second = await server.call("GET", `/azotte${next.replace(/^\/azotte/, "")}`, { token: text });
    expect(second.json()).toMatchObject({ data: [{ api_key_id: dead[0] }] });
    expect(second.headers.link).toBeUndefined();
  });
});

describe("while the storage fails", () => {
  const failure = new StorageError("STORAGE_BUSY", "another process holds it");

  test.each([
    ["counts cannot be written", "usage", "add"],
    ["a key's countries cannot be read", "usage", "countriesOf"],
    ["a count cannot be read", "usage", "total"],
    ["an event cannot be stored", "securityEvents", "record"],
    ["an alert cannot fire", "alertRules", "fire"],
  ] as const)(
    "because %s, what was unusual is kept, and told once it works again",
    async (_, part, method) => {
      await using server = await makeServer({ startMs, countryOf: () => "DE" });
      const { key, text } = await server.issue("aforo", "secret", "production");
      for (const alert of [
        { outsideOf: ["10.0.0.0/8"], per: "hour" },
        { moreThan: 3, of: "errors", per: "minute" },
      ])
        expect((await server.call("POST", `/v1/keys/${key.id}/alerts`, { body: alert })).statusCode).toBe(
          201,
        );
      await server.app.flush();
      await verifyTimes(server, 1, { key: text, ip: "192.0.2.7" });
      await server.call("POST", `/v1/keys/${key.id}/revoke`);
      await verifyTimes(server, 20, { key: text, ip: "192.0.2.7" });
      await verifyTimes(server, 60, {
        key: makeKey(azotte, { kind: "secret", environment: "production" }, 9).reveal(),
        ip: "198.51.100.9",
      });
      const failing = server.storage[part] as unknown as Record<string, () => Promise<never>>;
      const spy = vi.spyOn(failing, method).mockRejectedValue(failure);
      for (const _attempt of [1, 2]) await server.app.flush().catch(() => {});
      expect(spy.mock.calls.length).toBeGreaterThan(0);
      spy.mockRestore();
      // Later, and with nothing new: what happened then has to be found in what was kept.
      server.clock.advance(2 * minute);
      await server.app.flush();
      const codes = (await eventsOf(server)).map(({ code, count }) => `${code} ${count}`);
      expect(codes.toSorted()).toEqual(["dead-key-in-use 1", "unknown-keys 1"]);
      const fired = (await server.storage.audit.list({ action: "alert.fired" })).map(
        ({ details }) => details,
      );
      expect(new Set(fired.map(({ observed }) => observed))).toEqual(new Set([20, 21]));
      expect(fired.find(({ observed }) => observed === 20)).toMatchObject({
        period: { start: new Date(startMs).toISOString() },
      });
      const { requests, denied } = await server.storage.usage.total(key.id, startMs, startMs + minute);
      expect([requests, denied]).toEqual([21, 20]);
    },
  );

  test("refusals are counted on, those that come in while others are written too", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    await verifyTimes(server, 3, { key: text, ip: "192.0.2.7" });
    const spy = vi.spyOn(server.storage.audit, "append").mockImplementation(async () => {
      await verifyTimes(server, 2, { key: text, ip: "192.0.2.8" });
      throw failure;
    });
    await expect(server.app.flush()).rejects.toThrow(failure);
    spy.mockRestore();
    await server.app.flush();
    const entries = await server.storage.audit.list({ action: "key.denied" });
    expect(entries.map(({ details }) => [details["count"], details["ips"]])).toEqual([
      [5, ["192.0.2.7", "192.0.2.8"]],
    ]);
  });

  test("strangers' attempts that cannot be written are counted with the next that can", async () => {
    await using server = await makeServer({ startMs });
    const attempt = () => server.call("GET", "/v1/keys", { token: "nobody" });
    const spy = vi.spyOn(server.storage.audit, "append").mockRejectedValue(failure);
    for (let count = 0; count < 3; count += 1) await attempt();
    spy.mockRestore();
    await attempt();
    await attempt();
    const entries = await server.storage.audit.list({ action: "management.denied" });
    expect(entries.map(({ details }) => details["suppressed"])).toEqual([3, undefined]);
  });
});

describe("403", () => {
  test("security events are not for responders, verifiers and keys without the permission", async () => {
    await using server = await makeServer({ startMs });
    for (const role of ["responder", "verifier"] as const)
      expect(
        (await server.call("GET", "/v1/security-events", { token: await server.tokenFor(role) })).statusCode,
      ).toBe(403);
    const { text } = await server.issue("azotte", "secret", "production");
    const refused = await server.call("GET", "/azotte/v1/security-events", { token: text });
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain("audit_logs:read");
  });
});
