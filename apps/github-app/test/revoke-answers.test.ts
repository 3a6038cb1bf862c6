import { join } from "node:path";
import { ManagementError, type ManagementErrorCode, type RevokeOutcome } from "@keywarden/management";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { expect, test } from "vitest";
import { approveDecision } from "../src/decisions/approve.ts";
import { judge } from "../src/decisions/judge.ts";
import { makeRevokeStage } from "../src/jobs/revoke.ts";
import type { Ownership } from "../src/policy.ts";
import type { ProviderApis } from "../src/provider-apis.ts";
import { makeRevokeGate } from "../src/revoke-gate.ts";

const commit = "c".repeat(40);
const fingerprint = sha256("a key of aforo");
const subject = { provider: "aforo", keyId: "key_1" };
const key = {
  fingerprint,
  redacted: "sk_live_…",
  provider: "aforo",
  candidates: ["aforo"],
  kind: "secret",
  environment: "production",
  label: "live",
  confidence: "high",
} as const;

/** A revoke stage over a real storage and gate, and a provider whose every answer the test gives. */
async function makeRig(
  options: { readonly ownTokens?: readonly string[]; readonly revocations?: number } = {},
) {
  const directory = makeTemporaryDirectory();
  const storage = await openExposureStorage({ path: join(directory.path, "data"), clock: makeClock() });
  const { exposure } = await storage.exposures.record({
    repository: { host: "github.com", repositoryId: 7 },
    ...key,
    occurrences: [{ commit, path: "a.ts", line: 1, column: 1 }],
  });
  const provider: {
    ownership: Exclude<Ownership, "not-ours"> | null;
    keyId: string;
    answer: () => RevokeOutcome;
  } = {
    ownership: "mine-active",
    keyId: subject.keyId,
    answer: () => "revoked",
  };
  let calls = 0;
  const { kind, environment } = key;
  const apis: ProviderApis = {
    names: ["aforo"],
    greet: () => Promise.resolve(),
    down: () => [],
    findIssued: async () => null,
    lookUp: async () =>
      provider.ownership === null
        ? null
        : { provider: "aforo", keyId: provider.keyId, ownership: provider.ownership, kind, environment },
    revoke: async () => {
      calls += 1;
      return provider.answer();
    },
  };
  const breaker = { revocations: options.revocations ?? 10, windowMs: 600_000 };
  const judging = { mode: "armed", history: "report", ownTokens: new Set(options.ownTokens ?? []) } as const;
  const stage = makeRevokeStage({
    storage,
    apis,
    judging,
    gate: makeRevokeGate({
      config: { mode: "armed", killSwitch: false, breaker },
      dataDirectory: directory.path,
      storage,
    }),
    log: () => {},
  });
  const { decisions } = storage;
  await decisions.observe(exposure.id, {
    provenance: "came-after",
    observed: { source: "push", delivery: "delivery-1", pusher: "dev", head: commit },
    receivedAtMs: storage.now(),
  });
  await decisions.setFacts(exposure.id, { ownership: "mine-active", ...subject });
  await storage.transaction((stores) => judge(stores, judging, exposure.id));
  const job = await storage.jobs.claim({ kinds: ["revoke"], leaseMs: 60_000, worker: "test" });
  return {
    provider,
    calls: () => calls,
    /** Runs the stage as one attempt of its job does; gives its outcome, or the code of its error. */
    run: async (): Promise<string> => {
      if (job === null) return "no job";
      return stage.run(job).then(
        async ({ record }) => {
          await storage.transaction(async (stores) => record?.(stores));
          return "done";
        },
        (error: Error & { code?: string }) => error.code ?? error.message,
      );
    },
    /** Says that the key is to be revoked after all, as an approval does. */
    approve: () =>
      approveDecision(storage, judging, { exposureId: exposure.id, verdict: "approved", by: "ada" }),
    intent: async () => (await storage.intents.get(subject))?.state,
    state: async () => {
      const { state, reason } = (await decisions.get(exposure.id)) ?? {};
      return state === reason ? state : `${state}: ${reason}`;
    },
    audited: async () =>
      (await storage.audit.list()).map(({ action }) => action).filter((one) => one.startsWith("key.")),
    storage,
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      directory.remove();
    },
  };
}

const [intended, failed, withheld, finished] = [
  "key.revoke.intended",
  "key.revoke.failed",
  "key.revoke.withheld",
  "key.revoke.finished",
];

// After a refusal it is certain that the key was not revoked; after anything else the provider may have done it.
const refused = { intent: "failed", audited: [intended, failed] };
const unknown = { intent: "intended", audited: [intended] };
const meaning: Readonly<
  Record<ManagementErrorCode, { intent: string; audited: readonly (string | undefined)[] }>
> = {
  MANAGEMENT_BAD_REQUEST: refused,
  MANAGEMENT_UNAUTHORISED: refused,
  MANAGEMENT_FORBIDDEN: refused,
  MANAGEMENT_NOT_FOUND: refused,
  MANAGEMENT_CONFLICT: { intent: "failed", audited: [intended, failed, withheld] },
  MANAGEMENT_PRECONDITION: refused,
  MANAGEMENT_RATE_LIMITED: refused,
  MANAGEMENT_BAD_URL: refused,
  MANAGEMENT_UNAVAILABLE: unknown,
  MANAGEMENT_UNREACHABLE: unknown,
  MANAGEMENT_TIMEOUT: unknown,
  MANAGEMENT_REDIRECTED: unknown,
  MANAGEMENT_BAD_ANSWER: unknown,
  MANAGEMENT_UNKNOWN_DIALECT: unknown,
};

test.each(Object.entries(meaning))(
  "a revocation answered by %s leaves %o",
  async (code, { intent, audited }) => {
    await using rig = await makeRig();
    rig.provider.answer = () => {
      throw new ManagementError(code as ManagementErrorCode, "no");
    };
    expect(await rig.run()).toBe(code === "MANAGEMENT_CONFLICT" ? "done" : code);
    expect(await rig.intent()).toBe(intent);
    expect(await rig.audited()).toEqual(audited);
    // Whatever it was, the next attempt asks again, and what the provider says then is what is recorded.
    rig.provider.answer = () => "revoked";
    const isHeld = code === "MANAGEMENT_CONFLICT";
    expect(await rig.state()).toBe(isHeld ? "held: refused" : "revoke: live");
    if (isHeld) await rig.approve();
    expect(await rig.run()).toBe("done");
    expect([await rig.intent(), await rig.state()]).toEqual(["revoked", "revoked"]);
    expect((await rig.audited()).at(-1)).toBe(finished);
    expect(await rig.storage.audit.verify()).toMatchObject({ ok: true });
  },
);

test.each(["revoked", "already-revoked"] as const)("an answer of %s is recorded as it is", async (answer) => {
  await using rig = await makeRig();
  rig.provider.answer = () => answer;
  expect([await rig.run(), await rig.intent(), await rig.state()]).toEqual(["done", answer, "revoked"]);
  expect(await rig.audited()).toEqual([intended, finished]);
});

test("an error of anybody else leaves the intent open, too", async () => {
  await using rig = await makeRig();
  rig.provider.answer = () => {
    throw new Error("a defect");
  };
  expect(await rig.run()).toBe("a defect");
  expect(await rig.intent()).toBe("intended");
});

test("every attempt leaves the gate, however it ends", async () => {
  await using rig = await makeRig({ revocations: 1 });
  rig.provider.answer = () => {
    throw new ManagementError("MANAGEMENT_TIMEOUT", "no");
  };
  for (let attempt = 0; attempt < 3; attempt += 1) expect(await rig.run()).toBe("MANAGEMENT_TIMEOUT");
  expect(rig.calls()).toBe(3);
});

test("a key that ended after the intent was written counts as revoked, and is not revoked again", async () => {
  await using rig = await makeRig();
  rig.provider.answer = () => {
    throw new ManagementError("MANAGEMENT_TIMEOUT", "no");
  };
  await rig.run();
  rig.provider.ownership = "mine-inactive";
  expect([await rig.run(), await rig.intent(), await rig.state()]).toEqual([
    "done",
    "already-revoked",
    "revoked",
  ]);
  expect(rig.calls()).toBe(1);
});

test.each([
  { what: "ended before anybody asked", before: null, state: "reported: inactive" },
  {
    what: "ended after the provider had refused",
    before: "MANAGEMENT_FORBIDDEN",
    state: "reported: inactive",
  },
] as const)("a key that $what is inactive", async ({ before, state }) => {
  await using rig = await makeRig();
  if (before !== null) {
    rig.provider.answer = () => {
      throw new ManagementError(before, "no");
    };
    await rig.run();
  }
  rig.provider.ownership = "mine-inactive";
  expect([await rig.run(), await rig.state()]).toEqual(["done", state]);
});

test("a key in its grace period is reported: revoking it would end its successor", async () => {
  await using rig = await makeRig();
  rig.provider.ownership = "mine-in-grace";
  expect([await rig.run(), await rig.state(), rig.calls()]).toEqual(["done", "reported: in-grace", 0]);
});

test.each([
  { what: "does not know the key any more", ownership: null, keyId: "key_1" },
  { what: "calls it another key", ownership: "mine-active", keyId: "key_2" },
] as const)("a provider that $what is not told to revoke anything", async ({ ownership, keyId }) => {
  await using rig = await makeRig();
  Object.assign(rig.provider, { ownership, keyId });
  expect([await rig.run(), rig.calls()]).toEqual(["PROVIDER_CONTRADICTS_ITSELF", 0]);
});

test.each(["revoked", "already-revoked"] as const)(
  "a provider that answered %s before and calls the key active now is not believed",
  async (answer) => {
    await using rig = await makeRig();
    await rig.storage.intents.open(subject, { action: "test", actor: "test" });
    await rig.storage.intents.finish(subject, { state: answer }, { action: "test", actor: "test" });
    expect([await rig.run(), rig.calls()]).toEqual(["PROVIDER_CONTRADICTS_ITSELF", 0]);
  },
);

test("the App never revokes the token that it works with, approved or not", async () => {
  await using rig = await makeRig({ ownTokens: [fingerprint] });
  expect([await rig.run(), await rig.state(), rig.calls()]).toEqual(["no job", "held: own-token", 0]);
  expect(await rig.approve()).toBe("held");
});

test("what was decided otherwise since the job was queued is left alone", async () => {
  await using rig = await makeRig();
  const [decision] = await rig.storage.decisions.listByKey(subject);
  await rig.storage.decisions.settle(decision?.exposureId ?? 0, { state: "reported", reason: "rejected" });
  expect([await rig.run(), rig.calls()]).toEqual(["done", 0]);
});
