import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@keywarden/key-format";
import { assertNoKey } from "@keywarden/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

const minute = 60_000;
const startMs = Date.UTC(2026, 5, 1, 12);
const secret = Buffer.from("of the operator's file, 32 bytes long");

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A receiver of webhooks on loopback that answers with the statuses that it is given, the last one for ever. */
async function startReceiver(statuses: readonly (number | "never")[] = [204]) {
  const received: Received[] = [];
  const receiver = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += String(chunk)));
    request.on("end", () => {
      received.push({ headers: request.headers, text });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 204;
      if (status === "never") response.destroy();
      else response.writeHead(status, { location: "http://127.0.0.1:9/elsewhere" }).end("thanks");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void receiver.close(() => resolve())));
  const { port } = receiver.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, received };
}

const alertsOf = (id: string) => `/aforo/api/v1/api-keys/${id}/alerts`;

async function createAlert(server: TestServer, id: string, condition: unknown, webhookUrl?: string) {
  return server.call("POST", alertsOf(id), {
    body: { condition, ...(webhookUrl !== undefined && { webhook_url: webhookUrl }) },
  });
}

async function verifyTimes(server: TestServer, times: number, body: Record<string, unknown>): Promise<void> {
  for (let count = 0; count < times; count += 1) await server.call("POST", "/v1/keys/verify", { body });
  await server.app.flush();
}

async function firedIn(
  server: TestServer,
): Promise<readonly { subject: string; details: Record<string, unknown> }[]> {
  const { entries } = (await server.call("GET", "/v1/audit?limit=1000")).json<{
    entries: { action: string; subject: string; details: Record<string, unknown> }[];
  }>();
  return entries.filter(({ action }) => action === "alert.fired");
}

describe("an alert", () => {
  test("says that its minute was a longer time while time stands still, since the clock was set back", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await createAlert(server, key.id, { type: "events", more_than: 3 });
    server.clock.advance(-60 * minute);
    await verifyTimes(server, 3, { key: text });
    server.clock.advance(10 * minute);
    await verifyTimes(server, 1, { key: text });
    expect((await firedIn(server)).map(({ details }) => details["message"])).toEqual([
      "4 requests within a minute; the alert is set to more than 3; this server's clock was set back and its time stands still, so that was over a longer time",
    ]);
  });

  test("on more than N events a minute fires once a minute, for the minute in which they were", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    const created = await createAlert(server, key.id, { type: "events", more_than: 5 });
    expect(created.statusCode).toBe(201);
    expect(created.json()).toMatchObject({
      condition: { type: "events", more_than: 5, per: "minute" },
      webhook_url: null,
      last_fired_at: null,
    });
    await verifyTimes(server, 5, { key: text });
    expect(await firedIn(server)).toEqual([]);
    await verifyTimes(server, 1, { key: text });
    await verifyTimes(server, 10, { key: text });
    expect(await firedIn(server)).toMatchObject([
      {
        subject: key.id,
        details: {
          message: "6 requests within a minute; the alert is set to more than 5",
          observed: 6,
          period: { start: "2026-06-01T12:00:00.000Z", end: "2026-06-01T12:01:00.000Z" },
        },
      },
    ]);
    server.clock.advance(minute);
    await verifyTimes(server, 6, { key: text });
    expect(await firedIn(server)).toHaveLength(2);
    const listed = await server.call("GET", alertsOf(key.id), { token: text });
    expect(listed.json()).toMatchObject({ alerts: [{ last_fired_at: "2026-06-01T12:01:00.000Z" }] });
  });

  test("that is crossed within a minute fires although the counts are written in the next", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await createAlert(server, key.id, { type: "events", more_than: 2 });
    for (let count = 0; count < 3; count += 1)
      await server.call("POST", "/v1/keys/verify", { body: { key: text } });
    server.clock.advance(minute);
    await server.app.flush();
    expect(await firedIn(server)).toMatchObject([
      { details: { period: { start: "2026-06-01T12:00:00.000Z" } } },
    ]);
  });

  test("on errors counts what was refused, over an hour where that is asked", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production", {
      restrictions: { ipRanges: ["192.0.2.0/24"] },
    });
    await createAlert(server, key.id, { type: "errors", more_than: 3, per: "hour" });
    for (let passed = 0; passed < 4; passed += 1) {
      await verifyTimes(server, 1, { key: text, ip: "192.0.2.1" });
      await verifyTimes(server, 1, { key: text, ip: "198.51.100.1" });
      server.clock.advance(minute);
    }
    expect(await firedIn(server)).toMatchObject([{ details: { observed: 4 } }]);
  });

  test("on a rate limit fires at its per cent, and on an unexpected address at the first", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production", {
      restrictions: { rateLimits: [{ requests: 10, windowSeconds: 60 }] },
    });
    await createAlert(server, key.id, { type: "rate_limit", percent: 80 });
    await createAlert(server, key.id, { type: "unexpected_ip", ip_ranges: ["192.0.2.0/24"] });
    await verifyTimes(server, 7, { key: text, ip: "192.0.2.1" });
    expect(await firedIn(server)).toEqual([]);
    await verifyTimes(server, 1, { key: text, ip: "198.51.100.99" });
    const fired = await firedIn(server);
    expect(new Set(fired.map(({ details }) => details["message"]))).toEqual(
      new Set([
        "1 request from addresses outside 192.0.2.0/24",
        "80 percent of a rate limit in use; the alert is set to 80 percent",
      ]),
    );
    expect(JSON.stringify(fired)).not.toContain("198.51.100.99");
  });

  test("is removed by who manages the key, and tells of nothing afterwards", async () => {
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    const { id } = (await createAlert(server, key.id, { type: "events", more_than: 1 })).json<{
      id: string;
    }>();
    const other = await server.issue("aforo", "secret", "production");
    expect((await server.call("DELETE", `${alertsOf(other.key.id)}/${id}`)).statusCode).toBe(404);
    const deleted = await server.call("DELETE", `${alertsOf(key.id)}/${id}`, { token: text });
    expect(deleted.json()).toEqual({ id, deleted: true });
    expect((await server.call("DELETE", `${alertsOf(key.id)}/${id}`)).statusCode).toBe(404);
    await verifyTimes(server, 5, { key: text });
    expect(await firedIn(server)).toEqual([]);
  });
});

describe("a webhook", () => {
  const settings = (origin: string) => ({ origins: [origin], secret });

  test("gets a signed call that its receiver can check, with no key and no address in it", async () => {
    const { origin, received } = await startReceiver();
    await using server = await makeServer({ startMs, webhooks: settings(origin) });
    const { key, text } = await server.issue("aforo", "secret", "production");
    const created = await createAlert(
      server,
      key.id,
      { type: "events", more_than: 1 },
      `${origin}/hooks?team=a`,
    );
    const { id, signing_secret: signingSecret } = created.json<{ id: string; signing_secret: string }>();
    await verifyTimes(server, 2, { key: text, ip: "192.0.2.77" });
    await server.app.deliverAlerts();
    await server.app.deliverAlerts();

    expect(received).toHaveLength(1);
    const [{ headers, text: body } = { headers: {}, text: "" }] = received;
    const [, seconds = "", signature = ""] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["keywarden-signature"])) ?? [];
    const expected = createHmac("sha256", signingSecret).update(`${seconds}.${body}`).digest();
    expect(timingSafeEqual(Buffer.from(signature, "hex"), expected)).toBe(true);
    expect(Number(seconds)).toBe(startMs / 1000);
    expect(JSON.parse(body)).toMatchObject({
      id: headers["keywarden-delivery"],
      type: "alert.fired",
      alert: id,
      key: { id: key.id, provider: "aforo", environment: "production" },
      observed: 2,
    });
    assertNoKey(body, [new Secret(text)]);
    expect(body).not.toContain("192.0.2.77");
    // The secret is told once, and each alert has its own.
    const listed = await server.call("GET", alertsOf(key.id));
    expect(listed.body).not.toContain(signingSecret);
    const second = await createAlert(server, key.id, { type: "events", more_than: 9 }, `${origin}/hooks`);
    expect(second.json<{ signing_secret: string }>().signing_secret).not.toBe(signingSecret);
  });

  test("that fails is called again, later each time, and given up after eight times with an audit entry", async () => {
    const { origin, received } = await startReceiver([500, "never", 429, 503]);
    await using server = await makeServer({ startMs, webhooks: settings(origin) });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await createAlert(server, key.id, { type: "events", more_than: 1 }, `${origin}/hooks`);
    await verifyTimes(server, 2, { key: text });
    let delayMs = 10_000;
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await server.app.deliverAlerts();
      expect(received).toHaveLength(attempt);
      server.clock.advance(delayMs - 1);
      await server.app.deliverAlerts();
      expect(received).toHaveLength(attempt);
      server.clock.advance(1);
      delayMs *= 2;
    }
    expect(new Set(received.map(({ headers }) => headers["keywarden-delivery"])).size).toBe(1);
    expect(await server.storage.jobs.counts()).toMatchObject({ queued: 0, buried: 1 });
    expect((await server.call("GET", "/v1/audit?limit=1000")).body).toContain("alert.undelivered");
  });

  test("that answers with a redirect is not followed", async () => {
    const { origin, received } = await startReceiver([302, 204]);
    await using server = await makeServer({ startMs, webhooks: settings(origin) });
    const { key, text } = await server.issue("aforo", "secret", "production");
    await createAlert(server, key.id, { type: "events", more_than: 1 }, `${origin}/hooks`);
    await verifyTimes(server, 2, { key: text });
    await server.app.deliverAlerts();
    expect(received).toHaveLength(1);
    expect(await server.storage.jobs.counts()).toMatchObject({ queued: 1 });
    server.clock.advance(10_000);
    await server.app.deliverAlerts();
    expect(await server.storage.jobs.counts()).toMatchObject({ done: 1 });
  });

  test.each([
    ["http://169.254.169.254/latest/meta-data"],
    ["http://localhost:1/hooks"],
    ["https://hooks.example.com.evil.example/x"],
    ["https://hooks.example.com@evil.example/x"],
    ["https://user:pass@hooks.example.com/x"],
    ["http://hooks.example.com/x"],
    ["https://hooks.example.com:8443/x"],
    ["file:///etc/passwd"],
    ["nonsense"],
  ])("to %s is refused where https://hooks.example.com is allowed", async (url) => {
    await using server = await makeServer({ startMs, webhooks: settings("https://hooks.example.com") });
    const { key } = await server.issue("aforo", "secret", "production");
    const response = await createAlert(server, key.id, { type: "events", more_than: 1 }, url);
    expect(response.statusCode).toBe(400);
    expect((await server.call("GET", alertsOf(key.id))).json()).toEqual({ alerts: [] });
  });

  test("is refused where the operator allows none, and not called once its origin is no longer allowed", async () => {
    const { origin, received } = await startReceiver();
    await using server = await makeServer({ startMs });
    const { key, text } = await server.issue("aforo", "secret", "production");
    const refused = await createAlert(server, key.id, { type: "events", more_than: 1 }, `${origin}/hooks`);
    expect(refused.statusCode).toBe(400);
    expect(refused.body).toContain("--alert-origins");
    // As if it had been made while the origin was allowed.
    await server.storage.alertRules.create(
      {
        id: "old",
        keyId: key.id,
        rule: { metric: "requests", threshold: 1, period: "minute" },
        webhookUrl: `${origin}/hooks`,
      },
      { action: "alert.created", actor: "test" },
    );
    await verifyTimes(server, 2, { key: text });
    await server.app.deliverAlerts();
    expect(await firedIn(server)).toHaveLength(1);
    expect(received).toEqual([]);
  });
});

describe("400, 403 and 404", () => {
  test("rules that make no sense are refused with what is wrong", async () => {
    await using server = await makeServer({ startMs });
    const { key } = await server.issue("aforo", "secret", "production");
    for (const condition of [
      { type: "events", more_than: 0 },
      { type: "rate_limit", percent: 101 },
      { type: "unexpected_ip", ip_ranges: [] },
      { type: "unexpected_ip", ip_ranges: ["10.0.0.0/33"] },
      { type: "events", more_than: 5, per: "fortnight" },
      { type: "moods", more_than: 5 },
    ])
      expect((await createAlert(server, key.id, condition)).statusCode).toBe(400);
  });

  test("a key has at most twenty alerts", async () => {
    await using server = await makeServer({ startMs });
    const { key } = await server.issue("aforo", "secret", "production");
    for (let made = 0; made < 20; made += 1)
      expect((await createAlert(server, key.id, { type: "events", more_than: 5 })).statusCode).toBe(201);
    expect((await createAlert(server, key.id, { type: "events", more_than: 5 })).statusCode).toBe(400);
  });

  test("a reader may list alerts and not make them; a key sees none of another environment", async () => {
    await using server = await makeServer({ startMs });
    const { key } = await server.issue("aforo", "secret", "production");
    const sandbox = await server.issue("aforo", "secret", "sandbox");
    const token = await server.tokenFor("reader");
    const body = { condition: { type: "events", more_than: 5 } };
    expect((await server.call("GET", alertsOf(key.id), { token })).statusCode).toBe(200);
    expect((await server.call("POST", alertsOf(key.id), { token, body })).statusCode).toBe(403);
    expect((await server.call("GET", alertsOf(key.id), { token: sandbox.text })).statusCode).toBe(404);
    expect((await server.call("POST", alertsOf(key.id), { token: sandbox.text, body })).statusCode).toBe(404);
  });
});
