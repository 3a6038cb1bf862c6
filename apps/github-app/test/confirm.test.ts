import { join } from "node:path";
import type { Exposure, ExposureStorage } from "@keywarden/storage";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JudgeContext } from "../src/decisions/judge.ts";
import { confirmJob } from "../src/jobs/job-payloads.ts";
import { makeConfirmStage } from "../src/jobs/confirm.ts";
import { nextDelayMs } from "../src/jobs/stage.ts";
import type { ProviderKey, ProviderApis } from "../src/provider-apis.ts";

const directory = makeTemporaryDirectory();
let storage: ExposureStorage;
beforeAll(async () => {
  storage = await openExposureStorage({ path: join(directory.path, "data"), clock: makeClock() });
});
afterAll(async () => {
  await storage.close();
  directory.remove();
});

/** A key that a push brought, and of which no provider has been asked. */
let count = 0;
async function expose(change: Partial<Pick<Exposure, "provider" | "candidates">> = {}): Promise<Exposure> {
  count += 1;
  const { exposure } = await storage.exposures.record({
    repository: { host: "github.com", repositoryId: 7 },
    fingerprint: sha256(`key ${count}`),
    redacted: `sk_live_…${count}`,
    provider: "aforo",
    candidates: ["aforo", "azotte"],
    kind: "secret",
    environment: "production",
    label: "live",
    confidence: "high",
    occurrences: [{ commit: "c".repeat(40), path: "a.ts", line: 1, column: 1 }],
    ...change,
  });
  await storage.decisions.observe(exposure.id, {
    provenance: "came-after",
    observed: { source: "push", delivery: `delivery-${count}`, pusher: "dev", head: null },
    receivedAtMs: storage.now(),
  });
  return exposure;
}

/** Runs the stage about an exposure, with a provider that answers this. */
async function confirm(id: number, issued: ProviderKey | null, mode: JudgeContext["mode"] = "armed") {
  const asked: (readonly [string, readonly string[]])[] = [];
  const lines: unknown[] = [];
  const stage = makeConfirmStage({
    storage,
    apis: {
      names: ["aforo", "azotte", "example"],
      findIssued: async ({ fingerprint }: Exposure, providers: readonly string[]) => {
        asked.push([fingerprint, providers]);
        return issued;
      },
    } as unknown as ProviderApis,
    judging: { mode, history: "report", ownTokens: new Set() },
    log: (...line) => lines.push(line),
  });
  const job = { ...confirmJob(id), id: "job" } as never;
  const { record } = await stage.run(job);
  if (record !== undefined) await storage.transaction(record);
  return { asked, lines, stage, hasRecorded: record !== undefined };
}

const active: ProviderKey = {
  provider: "azotte",
  keyId: "key_1",
  ownership: "mine-active",
  kind: "restricted",
  environment: "production",
};

describe("what a provider says of a key is what is known of it from then on", () => {
  test.each([
    ["it is active", active, "armed", "revoke", "live", "live key azotte"],
    [
      "it is active, and the App not armed",
      active,
      "dry-run",
      "would-revoke",
      "dry-run",
      "would revoke azotte",
    ],
    [
      "it is in its grace period",
      { ...active, ownership: "mine-in-grace" },
      "armed",
      "reported",
      "in-grace",
      "reported azotte",
    ],
    [
      "it has ended",
      { ...active, ownership: "mine-inactive" },
      "armed",
      "reported",
      "inactive",
      "reported azotte",
    ],
    [
      "it is a test key, whatever its text says",
      { ...active, environment: "sandbox" },
      "armed",
      "reported",
      "not-production",
      "reported azotte",
    ],
    [
      "it is publishable, whatever its text says",
      { ...active, kind: "publishable" },
      "armed",
      "reported",
      "publishable",
      "reported azotte",
    ],
    ["it is nobody's", null, "armed", "reported", "not-ours", "reported unknown"],
  ] as const)("%s", async (_, issued, mode, state, reason, said) => {
    const exposure = await expose();
    const { lines, asked } = await confirm(exposure.id, issued, mode);
    expect(await storage.decisions.get(exposure.id)).toMatchObject({
      state,
      reason,
      ownership: issued?.ownership ?? "not-ours",
      provider: issued?.provider ?? null,
      keyId: issued?.keyId ?? null,
      keyKind: issued?.kind ?? null,
      keyEnvironment: issued?.environment ?? null,
    });
    expect(asked).toEqual([[exposure.fingerprint, ["aforo", "azotte"]]]);
    const facts = { delivery: `delivery-${count}`, exposure: exposure.id, reason };
    expect(lines).toEqual([["info", `${said} ${exposure.redacted}`, facts]]);
  });
});

test("what a provider has called its own stays its own when none does any more: it is asked no more, or forgets", async () => {
  const exposure = await expose();
  await confirm(exposure.id, active, "dry-run");
  const { lines, hasRecorded } = await confirm(exposure.id, null, "dry-run");
  expect(hasRecorded).toBe(false);
  expect(lines).toMatchObject([["warn", expect.stringContaining("azotte confirmed sk_live_"), {}]]);
  expect(await storage.decisions.get(exposure.id)).toMatchObject({
    state: "would-revoke",
    ownership: "mine-active",
    keyId: "key_1",
  });
});

test("a key whose text says nothing of its provider is asked for everywhere", async () => {
  const exposure = await expose({ provider: null, candidates: ["azotte"] });
  const { asked } = await confirm(exposure.id, null);
  expect(asked.map(([, providers]) => providers)).toEqual([["azotte", "aforo", "example"]]);
});

describe("nobody is asked, and nothing recorded, about", () => {
  test("an exposure that is gone", async () => {
    expect(await confirm(4711, active)).toMatchObject({ asked: [], lines: [], hasRecorded: false });
  });

  test("one that nothing was observed of", async () => {
    const { exposure } = await storage.exposures.record({
      repository: { host: "github.com", repositoryId: 7 },
      fingerprint: sha256("unobserved"),
      redacted: "sk_live_…",
      provider: "aforo",
      candidates: ["aforo"],
      kind: "secret",
      environment: "production",
      label: "live",
      confidence: "high",
      occurrences: [{ commit: "c".repeat(40), path: "a.ts", line: 1, column: 1 }],
    });
    expect(await confirm(exposure.id, active)).toMatchObject({ asked: [], hasRecorded: false });
  });

  test("a key that the App has revoked", async () => {
    const exposure = await expose();
    await storage.decisions.settle(exposure.id, { state: "revoked", reason: "revoked" });
    expect(await confirm(exposure.id, active)).toMatchObject({ asked: [], hasRecorded: false });
  });
});

test("a provider that is down is asked again for about a day", async () => {
  const { retry } = (await confirm(4711, null)).stage;
  let waitedMs = 0;
  for (let attempt = 1, delayMs; (delayMs = nextDelayMs(retry, attempt, undefined)) !== null; attempt += 1)
    waitedMs += delayMs;
  expect([Math.floor(waitedMs / 3_600_000), nextDelayMs(retry, 1, undefined)]).toEqual([24, 500]);
});

test("a key that ended while the answer to its revocation is out was not ended before: the revocation settles it", async () => {
  const { id } = await expose();
  const key = { provider: "azotte", keyId: "key_under_way" };
  const before = { ...active, ...key };
  await confirm(id, before);
  const audit = {
    action: "key.revoke.intended",
    actor: "app",
    subject: key.keyId,
    provider: "azotte",
    details: {},
  };
  await storage.intents.open(key, audit);
  await confirm(id, { ...before, ownership: "mine-inactive" });
  expect(await storage.decisions.get(id)).toMatchObject({ state: "revoke", reason: "live" });
  await storage.intents.finish(
    key,
    { state: "already-revoked" },
    { ...audit, action: "key.revoke.finished" },
  );
  await confirm(id, { ...before, ownership: "mine-inactive" });
  expect(await storage.decisions.get(id)).toMatchObject({ state: "revoked" });
});
