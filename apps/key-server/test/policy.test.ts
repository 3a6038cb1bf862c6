import { join } from "node:path";
import { writeFileSync } from "node:fs";
import type { Channel, Notice } from "@keywarden/channels";
import { auditPolicyFor } from "@keywarden/hygiene";
import { aero2, builtInProviders } from "@keywarden/key-format";
import { makeSealingKey, type PolicyState } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { type Policy, policySchema } from "../src/policy/policy.ts";
import { dueActs } from "../src/policy/due-acts.ts";
import { readPolicy } from "../src/policy/read-policy.ts";
import { makeServer, type TestServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

const startMs = Date.UTC(2026, 0, 5, 12);
const dayMs = 86_400_000;
const seal = makeSealingKey(new Uint8Array(32).fill(3));

const policyOf = (wanted: object): Policy => policySchema.parse({ armed: true, ...wanted }) as Policy;

async function makePoliced(wanted: object, providers = builtInProviders) {
  const told: Notice[] = [];
  const channel: Channel = { name: "team", send: async (notice) => void told.push(notice) };
  const server = await makeServer({ startMs, providers, channels: [channel], policy: policyOf(wanted) });
  const run = async (): Promise<readonly string[]> => {
    const before = told.length;
    await server.app.carryOutPolicy();
    await server.app.deliverAlerts();
    return told.slice(before).map(({ event }) => event);
  };
  return { server, told, run };
}

const actionsOf = async (server: TestServer, id: string) =>
  (await server.storage.audit.list({ subject: id, actor: "policy" })).map(({ action }) => action);

const stateOf = async (server: TestServer, id: string) =>
  (await server.storage.keys.getKey(id))?.state ?? "gone";

test("a dormant key is warned of once, and disabled when the notice is over, unless it was used", async () => {
  const { server, told, run } = await makePoliced({ disableDormant: true, noticeDays: 7 });
  await using _ = server;
  const quiet = await server.issue("aforo", "secret", "production", { owner: "ann" });
  const revived = await server.issue("aforo", "secret", "production");
  expect(await run()).toEqual([]);
  server.clock.advance(91 * dayMs);
  expect(await run()).toEqual(["policy.warn-of-disabling", "policy.warn-of-disabling"]);
  server.clock.advance(3 * dayMs);
  await server.storage.keys.touchLastUsed([{ keyId: revived.key.id, lastUsedAtMs: server.storage.now() }]);
  expect(await run()).toEqual([]);
  server.clock.advance(4 * dayMs);
  expect(await run()).toEqual(["policy.disable"]);
  expect([await stateOf(server, quiet.key.id), await stateOf(server, revived.key.id)]).toEqual([
    "disabled",
    "active",
  ]);
  const verified = await server.call("POST", "/v1/keys/verify", { body: { key: quiet.text } });
  expect(verified.json()).toMatchObject({ valid: false });
  expect(await actionsOf(server, quiet.key.id)).toEqual(["policy.told", "key.disabled"]);
  expect(told.at(-1)).toMatchObject({
    title: `aforo key aforo secret (${quiet.key.id}) is disabled: unused since 2026-01-05`,
    remedy: expect.stringContaining(`keywarden keys enable ${quiet.key.id}`),
  });

  // Whoever enables it wants it: it is warned of anew before it is disabled again.
  await server.call("POST", `/v1/keys/${quiet.key.id}/enable`);
  server.clock.advance(3_600_000);
  expect(await run()).toEqual(["policy.warn-of-disabling"]);
  expect(await stateOf(server, quiet.key.id)).toBe("active");
});

test("a key of a provider that only another server describes is neither warned of nor disabled, and counted", async () => {
  const wanted = { disableDormant: true, warnOfRotation: true, departed: ["ann"], noticeDays: 7 };
  const { server, run } = await makePoliced(wanted, [...builtInProviders, ownProvider]);
  await using _ = server;
  const { key } = await server.issue("orchard", "secret", "production", { owner: "ann" });
  await server.app.reload({ providers: builtInProviders });
  server.clock.advance(100 * dayMs);
  // Who owns it is known all the same.
  expect(await run()).toEqual(["policy.ask-for-owner"]);
  server.clock.advance(100 * dayMs);
  expect(await run()).toEqual([]);
  expect(await stateOf(server, key.id)).toBe("active");
  const { lastRun } = (await server.call("GET", "/v1/policy")).json<PolicyState>();
  expect(lastRun).toMatchObject({ count: 0, failed: 0, unjudged: 1 });
});

test("a key that is due is rotated after its notice, sealed to whom the policy says, and read by nobody else", async () => {
  const rotate = [{ provider: "aero2", owner: "Team-Pay", sealTo: seal.recipient }];
  const { server, told, run } = await makePoliced({ rotate });
  await using _ = server;
  const mine = await server.issue("aero2", "secret", "production", { owner: "team-pay" });
  const other = await server.issue("aero2", "secret", "production", { owner: "team-x" });
  server.clock.advance(84 * dayMs);
  expect(await run()).toEqual(["policy.warn-of-rotation"]);
  server.clock.advance(5 * dayMs);
  expect(await run()).toEqual([]);
  server.clock.advance(2 * dayMs);
  expect(await run()).toEqual(["policy.rotate"]);
  expect(await run()).toEqual([]);

  const rotated = await server.storage.keys.getKey(mine.key.id);
  expect(rotated).toMatchObject({ generation: 2, graceSecret: { state: "grace" } });
  expect(await server.storage.keys.getKey(other.key.id)).toMatchObject({ generation: 1 });
  const { sealed } = (await server.call("GET", `/v1/keys/${mine.key.id}/sealed-secret`)).json();
  expect(told.at(-1)?.body["sealed"]).toBe(sealed);
  const secret = seal.open(sealed);
  expect(sha256(secret?.reveal() ?? "") === rotated?.secret.sha256).toBe(true);
  if (secret !== null) assertNoKey(JSON.stringify(told) + server.log.text, [secret]);
  expect((await server.call("GET", `/v1/keys/${other.key.id}/sealed-secret`)).statusCode).toBe(404);
  const reader = await server.tokenFor("reader");
  const refused = await server.call("GET", `/v1/keys/${mine.key.id}/sealed-secret`, { token: reader });
  expect(refused.statusCode).toBe(403);
});

test("the keys of a member who has left ask for another owner, once", async () => {
  const { server, told, run } = await makePoliced({ departed: ["Ann@acme.com"] });
  await using _ = server;
  const { key } = await server.issue("aforo", "secret", "production", { owner: "ann@acme.com" });
  await server.issue("aforo", "secret", "production", { owner: "ben" });
  expect(await run()).toEqual(["policy.ask-for-owner"]);
  server.clock.advance(dayMs);
  expect(await run()).toEqual([]);
  expect(told[0]?.remedy).toContain(`keywarden keys edit ${key.id} --owner`);
});

test("revoked keys are purged after the stated time; what was done with them, and whose they were, is still known", async () => {
  const { server, run } = await makePoliced({ purgeRevokedAfterDays: 30 });
  await using _ = server;
  const { key, text } = await server.issue("aforo", "secret", "production");
  await server.call("POST", `/v1/keys/${key.id}/revoke`);
  server.clock.advance(29 * dayMs);
  await run();
  expect(await stateOf(server, key.id)).toBe("revoked");
  server.clock.advance(2 * dayMs);
  await run();
  expect((await server.call("GET", `/v1/keys/${key.id}`)).statusCode).toBe(404);
  const log = await server.call("GET", `/v1/audit?key=${key.id}`);
  expect(log.json<{ entries: { action: string }[] }>().entries.map(({ action }) => action)).toEqual([
    "key.created",
    "key.revoked",
    "key.purged",
  ]);
  const lookup = await server.call("POST", "/v1/keys/lookup", { body: { sha256: sha256(text) } });
  expect(lookup.json()).toMatchObject({ found: false, purged: { keyId: key.id, provider: "aforo" } });
  expect((await server.call("POST", "/v1/keys/verify", { body: { key: text } })).json()).toMatchObject({
    valid: false,
  });
});

test("without being armed it says what it would do, and does and tells nothing", async () => {
  const { server, run } = await makePoliced({
    armed: false,
    disableDormant: true,
    departed: ["ann"],
    purgeRevokedAfterDays: 30,
  });
  await using _ = server;
  const { key } = await server.issue("aforo", "secret", "production", { owner: "ann" });
  const old = await server.issue("aforo", "secret", "production");
  await server.call("POST", `/v1/keys/${old.key.id}/revoke`);
  server.clock.advance(100 * dayMs);
  const { sequence } = await server.storage.audit.head();
  expect(await run()).toEqual([]);
  const state = (await server.call("GET", "/v1/policy")).json<PolicyState>();
  expect(state).toMatchObject({
    isConfigured: true,
    isArmed: false,
    lastRun: {
      isArmed: false,
      count: 2,
      purged: 1,
      failed: 0,
      acts: [
        { act: "warn-of-disabling", key: { id: key.id, owner: "ann" } },
        { act: "ask-for-owner", key: { id: key.id } },
      ],
    },
  });
  expect(await server.storage.audit.head()).toMatchObject({ sequence });
  expect(await stateOf(server, old.key.id)).toBe("revoked");
});

test("the calendar has what is due, one whole day each, for a calendar that knows passwords only", async () => {
  await using server = await makeServer({ startMs });
  const { key } = await server.issue("aero2", "secret", "production", {
    name: "pay; day, one",
    owner: "ann",
  });
  await server.issue("aforo", "secret", "sandbox", {
    name: "ends",
    expiresAt: new Date(startMs + 10 * dayMs).toISOString(),
  });
  const token = await server.tokenFor("reader");
  const password = Buffer.from(`calendar:${token}`).toString("base64");
  const answer = await server.call("GET", "/v1/policy/calendar.ics", {
    token: null,
    headers: { authorization: `Basic ${password}` },
  });
  expect(answer.headers["content-type"]).toBe("text/calendar; charset=utf-8");
  const text = answer.body.replaceAll("\r\n ", "");
  expect(text).toContain("SUMMARY:Rotate aero2 key pay\\; day\\, one");
  expect(text).toContain("DTSTART;VALUE=DATE:20260405");
  expect(text).toContain(`keywarden rotate ${key.id} --to <sink>`);
  expect(text).toContain("SUMMARY:aforo key ends expires");
  expect(text).toContain("DTSTART;VALUE=DATE:20260115");
  // The same keys give the same entries, so that a calendar moves them instead of doubling them.
  const uids = (ics: string) => ics.split("\r\n").filter((line) => line.startsWith("UID"));
  const again = await server.call("GET", "/v1/policy/calendar.ics", { token });
  expect(uids(again.body)).toEqual(uids(answer.body));
});

test("the calendar of a server that does not describe a provider judges none of its rotations, and says so", async () => {
  await using server = await makeServer({ startMs, providers: [...builtInProviders, ownProvider] });
  const expiresAt = new Date(startMs + 10 * dayMs).toISOString();
  await server.issue("orchard", "secret", "production", { name: "ends", expiresAt });
  const calendar = async () =>
    (await server.call("GET", "/v1/policy/calendar.ics")).body.replaceAll("\r\n ", "");
  expect(await calendar()).toContain("SUMMARY:Rotate orchard key ends");
  expect(await calendar()).not.toContain("CALDESC");
  await server.app.reload({ providers: builtInProviders });
  expect(await calendar()).not.toContain("Rotate");
  expect(await calendar()).toContain("SUMMARY:orchard key ends expires");
  expect(await calendar()).toContain(
    "X-WR-CALDESC:Without the rotations of 1 key of a provider that this server does not describe",
  );
});

describe("what is due is decided from the key and what was told alone:", () => {
  const rules = (wanted: object) => ({ policy: policyOf(wanted), hygiene: auditPolicyFor(aero2) });

  test("a disabled, revoked or expired key asks for nothing", async () => {
    await using server = await makeServer({ startMs });
    const { key } = await server.issue("aero2", "secret", "production", { owner: "ann" });
    await server.call("POST", `/v1/keys/${key.id}/disable`);
    server.clock.advance(200 * dayMs);
    const stored = await server.storage.keys.getKey(key.id);
    const all = { disableDormant: true, warnOfRotation: true, departed: ["ann"] };
    expect(stored === null ? null : dueActs(stored, [], rules(all))).toEqual([]);
    expect(stored === null ? null : dueActs({ ...stored, state: "active" }, [], rules(all))).toHaveLength(3);
  });
});

describe("a policy file", () => {
  const read = async (text: string, hasChannels = true) => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "policy.json");
    writeFileSync(path, text);
    return await readPolicy(path, { providers: builtInProviders, hasChannels });
  };

  test("is a dry run that does nothing unless it says otherwise", async () => {
    expect(await read("{}")).toMatchObject({ armed: false, disableDormant: false, rotate: [] });
    expect(await readPolicy(null, { providers: [], hasChannels: false })).toBeNull();
  });

  test.each([
    ["not JSON", "is not JSON"],
    ['{"arm":true}', "arm"],
    ['{"noticeDays":0}', "noticeDays"],
    [`{"rotate":[{"provider":"aero2","sealTo":"x25519 AAAA"}]}`, "is not a recipient"],
    [`{"rotate":[{"provider":"nobody","sealTo":"${seal.recipient}"}]}`, 'no provider "nobody"'],
    [`{"rotate":[{"provider":"aforo","sealTo":"${seal.recipient}"}]}`, "replaced by second keys"],
    [`{"rotate":[{"provider":"aurora-solar","sealTo":"${seal.recipient}"}]}`, "ends too soon"],
  ])("with %s is refused with a sentence", async (text, why) => {
    await expect(read(text)).rejects.toThrow(why);
  });

  test("that is armed and tells people needs somebody to tell", async () => {
    await expect(read('{"armed":true,"disableDormant":true}', false)).rejects.toThrow("give --channels");
    expect(await read('{"armed":true,"purgeRevokedAfterDays":90}', false)).toMatchObject({ armed: true });
  });
});
