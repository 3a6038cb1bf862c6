import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AuditEntry } from "@keywarden/management";
import { auditActions } from "../src/audit/audit-actions.ts";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";

async function entriesOf(server: TestServer): Promise<readonly AuditEntry[]> {
  const response = await server.call("GET", "/v1/audit?limit=1000");
  return response.json<{ entries: AuditEntry[] }>().entries;
}

describe("the audit holds", () => {
  test("who created, rotated and revoked a key, from where, under which request", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("aero2", "secret", "production");
    const rotated = await server.call("POST", `/aero2/v1/api-keys/${key.id}/rotate`, { token: text });
    await server.call("POST", `/v1/keys/${key.id}/revoke`);

    const entries = (await entriesOf(server)).filter(({ subject }) => subject === key.id);

    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ["key.created", "token:test admin"],
      ["key.rotated", `key:${key.id}`],
      ["key.revoked", "token:test admin"],
    ]);
    expect(entries[1]).toMatchObject({
      provider: "aero2",
      details: { ip: "127.0.0.1", requestId: rotated.headers["x-request-id"], graceSeconds: 86_400 },
    });
  });

  test("what is asked for alone: by key, actor, action and time", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const other = await server.issue("aforo", "secret", "production");
    server.clock.advance(60_000);
    const middle = new Date(server.clock()).toISOString();
    const operator = await server.tokenFor("operator");
    await server.call("POST", `/v1/keys/${key.id}/disable`, { token: operator });
    await server.call("POST", `/v1/keys/${other.key.id}/disable`);
    const ask = async (query: Readonly<Record<string, string>>) => {
      const answer = await server.call("GET", `/v1/audit?${new URLSearchParams(query).toString()}`);
      const { entries } = answer.json<{ entries: AuditEntry[] }>();
      return entries.map(({ action, subject }) => [action, subject]);
    };

    const own = [
      ["key.created", key.id],
      ["key.disabled", key.id],
    ];
    expect(await ask({ key: key.id })).toEqual(own);
    expect(await ask({ key: key.id, action: "key.created" })).toEqual(own.slice(0, 1));
    expect(await ask({ key: key.id, from: middle })).toEqual(own.slice(1));
    expect(await ask({ key: key.id, to: middle })).toEqual(own.slice(0, 1));
    expect(await ask({ actor: "token:test operator" })).toEqual(own.slice(1));
  });

  test("no action but those that may be asked for before the first of it", () => {
    const source = new URL("../src/", import.meta.url);
    const files = readdirSync(source, { recursive: true, encoding: "utf8" });
    const written = files
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [
        ...readFileSync(new URL(file, source), "utf8").matchAll(
          /(?:action: |note\(|_ACTION = |\? )"([a-z]+\.[a-z_]+)"/g,
        ),
      ])
      .map(([, action]) => action);
    expect(written).toContain("console.unlocked");
    expect(written.filter((action) => !(auditActions as readonly unknown[]).includes(action))).toEqual([]);
  });

  test("nothing of an action, a provider or a program that has done nothing yet", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const body = { name: "new", role: "reader" };
    await server.call("POST", "/v1/tokens", { body });
    const actors = ["actor=policy", "actor=token:new", `actor=key:${key.id}`];
    for (const query of ["action=key.purged", "provider=aero2", ...actors]) {
      const answer = await server.call("GET", `/v1/audit?${query}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([200, { entries: [] }]);
    }
  });

  test("which token did it, where two have one name", async () => {
    await using server = await makeServer();
    const make = async () => {
      const made = await server.call("POST", "/v1/tokens", { body: { name: "ops", role: "operator" } });
      return made.json<{ id: string; token: string }>();
    };
    const [first, second] = [await make(), await make()];
    const body = { provider: "aforo", name: "n", kind: "secret", environment: "production" };
    for (const { token } of [first, second]) {
      await server.call("POST", "/v1/keys", { token, body });
      await server.call("GET", "/v1/keys/export", { token });
      await server.call("POST", "/v1/tokens", { token, body: { name: "n", role: "reader" } });
    }

    const entries = (await entriesOf(server)).filter(({ actor }) => actor === "token:ops");

    expect(entries.map(({ action, details }) => [action, details["actorId"]])).toEqual(
      [first, second].flatMap(({ id }) =>
        ["key.created", "keys.exported", "management.denied"].map((action) => [action, id]),
      ),
    );
  });

  test("a key that is turned away where keys are managed was denied then, as anywhere else", async () => {
    await using server = await makeServer();
    const publishable = await server.issue("aero2", "publishable", "production");
    const revoked = await server.issue("aero2", "secret", "production");
    await server.call("POST", `/v1/keys/${revoked.key.id}/revoke`);
    server.clock.advance(1000);

    for (const { text } of [publishable, revoked])
      await server.call("GET", "/aero2/v1/api-keys", { token: text });
    await server.app.flush();

    for (const { key } of [publishable, revoked]) {
      const stored = await server.storage.keys.getKey(key.id);
      expect([stored?.lastDeniedAtMs, stored?.lastUsedAtMs]).toEqual([server.clock(), null]);
    }
  });

  test("denied attempts: a missing right, a revoked key and a stranger", async () => {
    await using server = await makeServer();
    const reader = await server.tokenFor("reader");
    const { key, text } = await server.issue("aforo", "secret", "production");
    await server.call("POST", `/v1/keys/${key.id}/revoke`);

    await server.call("POST", `/v1/keys/${key.id}/revoke`, { token: reader });
    await server.call("GET", "/aforo/api/v1/api-keys", { token: text });
    await server.call("GET", "/v1/keys", { token: null });

    const denied = (await entriesOf(server)).filter(({ action }) => action === "management.denied");
    expect(denied.map(({ actor, details }) => [actor, details["route"], details["reason"]])).toEqual([
      ["token:test reader", "POST /v1/keys/:id/revoke", "forbidden"],
      [`key:${key.id}`, "GET /aforo/api/v1/api-keys", "key-revoked"],
      ["unknown", "GET /v1/keys", "missing-key"],
    ]);
  });

  test("60 strangers a minute one by one, and how many more there were", async () => {
    await using server = await makeServer();
    const strangers = async () =>
      (await entriesOf(server)).filter(({ action }) => action === "management.denied");
    for (let attempt = 0; attempt < 75; attempt += 1)
      await server.call("GET", "/v1/keys", { token: "nobody" });
    expect(await strangers()).toHaveLength(60);

    server.clock.advance(60_000);
    await server.call("GET", "/v1/keys", { token: "nobody" });

    expect((await strangers()).at(-1)?.details).toMatchObject({ suppressed: 15 });
  });

  test("a new token's name and role, not its text", async () => {
    await using server = await makeServer();

    const response = await server.call("POST", "/v1/tokens", { body: { name: "github", role: "responder" } });

    const { token } = response.json<{ token: string }>();
    const last = (await entriesOf(server)).at(-1);
    expect(last).toMatchObject({ action: "token.created", details: { name: "github", role: "responder" } });
    expect(JSON.stringify(await entriesOf(server))).not.toContain(token);
  });
});

describe("GET /v1/audit", () => {
  test("pages in order until there is no more", async () => {
    await using server = await makeServer();
    for (let made = 0; made < 5; made += 1) await server.issue("aforo", "secret", "sandbox");
    const all = await entriesOf(server);

    const met: AuditEntry[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const response = await server.call("GET", `/v1/audit?limit=2&after=${after}`);
      const page: { entries: AuditEntry[]; nextAfter: number | null } = response.json();
      met.push(...page.entries);
      after = page.nextAfter;
    }

    expect(met).toEqual(all);
    expect(met.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
  });

  test("is verified entry by entry", async () => {
    await using server = await makeServer();
    await server.issue("aforo", "secret", "production");

    const response = await server.call("GET", "/v1/audit/verify");

    const entries = await entriesOf(server);
    expect(response.json()).toEqual({ ok: true, entries: entries.length, hash: entries.at(-1)?.hash });
  });

  test("is verified against an entry that was kept elsewhere", async () => {
    await using server = await makeServer();
    await server.issue("aforo", "secret", "production");
    const entries = await entriesOf(server);
    const [first] = entries;
    const verify = async (query: string) => {
      const response = await server.call("GET", `/v1/audit/verify?${query}`);
      return [response.statusCode, response.json<{ ok?: boolean }>().ok];
    };
    expect(await verify(`sequence=1&hash=${first?.hash}`)).toEqual([200, true]);
    expect(await verify(`sequence=2&hash=${first?.hash}`)).toEqual([200, false]);
    expect(await verify(`sequence=${entries.length + 1}&hash=${first?.hash}`)).toEqual([200, false]);
    for (const query of ["sequence=1", `hash=${first?.hash}`, "sequence=1&hash=x", "upTo=1"])
      expect(await verify(query)).toEqual([400, undefined]);
  });

  test("is closed to a responder and to a provider's key", async () => {
    await using server = await makeServer();
    const responder = await server.tokenFor("responder");
    const { text } = await server.issue("aforo", "secret", "production");

    expect((await server.call("GET", "/v1/audit", { token: responder })).statusCode).toBe(403);
    expect((await server.call("GET", "/v1/audit", { token: text })).statusCode).toBe(401);
    expect((await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode).toBe(200);
  });
});

test("refused uses of a key are counted by reason and written with the next batch", async () => {
  await using server = await makeServer();
  const { key, text } = await server.issue("example", "secret", "production", {
    restrictions: { ipRanges: ["192.0.2.0/24"] },
  });
  const call = () => server.call("GET", "/example/v1/users/usr_1", { token: text });
  await call();
  await call();
  await server.call("POST", "/v1/keys/verify", { body: { key: text, ip: "198.51.100.1" } });
  await server.call("POST", `/v1/keys/${key.id}/revoke`);
  await call();
  await server.app.flush();
  await server.app.flush();

  const denied = (await entriesOf(server)).filter(({ action }) => action === "key.denied");
  expect(
    denied.map(({ subject, details }) => [subject, details["reason"], details["count"], details["ips"]]),
  ).toEqual([
    [key.id, "ip-not-allowed", 3, ["127.0.0.1", "198.51.100.1"]],
    [key.id, "key-revoked", 1, ["127.0.0.1"]],
  ]);
});
