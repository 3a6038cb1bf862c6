import { aforo } from "@keywarden/key-format";
import { makeKey, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { NewJob, NewExposure } from "@keywarden/storage";
import { adapters, audit } from "../stores.ts";

const dayMs = 24 * 60 * 60 * 1000;
const repository = { host: "github.com", repositoryId: 7 };
const fork = { host: "github.com", repositoryId: 8 };
const job: NewJob = { id: "job-1", kind: "scan", payload: { after: "c1" }, uniqueKey: "7:c1" };
const delivery = { guid: "g1", event: "push", payloadSha256: sha256("body") };
const newExposure = (more: Partial<NewExposure> = {}): NewExposure => ({
  repository,
  fingerprint: sha256("key"),
  provider: "aforo",
  kind: "secret",
  environment: "production",
  label: "live",
  redacted: "sk_live_…abcd",
  candidates: ["aforo", "azotte"],
  confidence: "high",
  occurrences: [{ commit: "c1", path: "src/a.ts", line: 3, column: 9 }],
  ...more,
});

describe.each(adapters)("deliveries on $adapter", ({ makePlace }) => {
  it("accept a delivery and its job together, once", async () => {
    const place = makePlace();
    const { deliveries, jobs } = await place.openExposures();
    expect(await deliveries.accept(delivery, job)).toEqual({ outcome: "accepted", jobId: "job-1" });
    expect(await deliveries.accept(delivery, job)).toEqual({ outcome: "duplicate", jobState: "queued" });
    expect(await deliveries.accept(delivery, { ...job, id: "job-2", uniqueKey: "other" })).toMatchObject({
      outcome: "duplicate",
    });
    expect(await deliveries.get("g1")).toEqual({
      ...delivery,
      action: null,
      jobId: "job-1",
      receivedAtMs: place.clock(),
    });
    expect(await deliveries.get("g2")).toBeNull();
    expect(await jobs.counts()).toMatchObject({ queued: 1 });
  });

  it("accept nothing at all when the job cannot be stored", async () => {
    const { deliveries, jobs } = await makePlace().openExposures();
    const bad = { ...job, payload: { size: Number.NaN } };
    await expect(deliveries.accept(delivery, bad)).rejects.toMatchObject({ code: "STORAGE_BAD_VALUE" });
    expect(await deliveries.get("g1")).toBeNull();
    expect(await jobs.counts()).toMatchObject({ queued: 0 });
  });

  it("need no job", async () => {
    const { deliveries } = await makePlace().openExposures();
    expect(await deliveries.accept({ ...delivery, event: "ping", action: "x" }, null)).toEqual({
      outcome: "accepted",
      jobId: null,
    });
    expect(await deliveries.accept({ ...delivery, event: "ping" }, null)).toEqual({
      outcome: "duplicate",
      jobState: null,
    });
  });

  it("share the unfinished job of another delivery for the same work", async () => {
    const { deliveries } = await makePlace().openExposures();
    await deliveries.accept(delivery, job);
    const second = await deliveries.accept({ ...delivery, guid: "g2" }, { ...job, id: "job-2" });
    expect(second).toEqual({ outcome: "coalesced", jobId: "job-1" });
    expect(await deliveries.accept({ ...delivery, guid: "g2" }, job)).toEqual({
      outcome: "duplicate",
      jobState: "queued",
    });
  });

  it("drive again what their job went on as, where that was buried", async () => {
    const { deliveries, jobs } = await makePlace().openExposures();
    const claim = async () => (await jobs.claim({ kinds: ["scan"], leaseMs: 1000, worker: "w" })) ?? "";
    await deliveries.accept(delivery, job);
    await jobs.complete(await claim());
    for (const id of ["job-1:rest", "job-10:rest"]) {
      await jobs.enqueue({ ...job, id, uniqueKey: id });
      await jobs.bury(await claim(), "GAVE_UP");
    }
    expect(await deliveries.accept(delivery, job)).toEqual({ outcome: "redriven", jobId: "job-1:rest" });
    expect(await deliveries.accept(delivery, job)).toMatchObject({ outcome: "duplicate" });
  });

  it("drive a buried job again when they come again", async () => {
    const { deliveries, jobs } = await makePlace().openExposures();
    let woken = 0;
    jobs.onWork(() => (woken += 1));
    await deliveries.accept(delivery, job);
    const claimed = await jobs.claim({ kinds: ["scan"], leaseMs: 1000, worker: "w" });
    await jobs.bury(claimed ?? "", "GAVE_UP");
    expect(await deliveries.accept(delivery, job)).toEqual({ outcome: "redriven", jobId: "job-1" });
    expect(await jobs.get("job-1")).toMatchObject({ state: "queued", attempt: 0, errorCode: null });
    expect(woken).toBe(2);
    expect(await deliveries.accept(delivery, job)).toEqual({ outcome: "duplicate", jobState: "queued" });
  });

  it("store one of many that arrive at the same moment", async () => {
    const { deliveries } = await makePlace().openExposures();
    const results = await Promise.all(Array.from({ length: 10 }, () => deliveries.accept(delivery, job)));
    expect(results.filter((result) => result.outcome === "accepted")).toHaveLength(1);
    expect(results.filter((result) => result.outcome === "duplicate")).toHaveLength(9);
  });

  it("are kept for at least eight days, and for as long as their job is unfinished", async () => {
    const place = makePlace();
    const { deliveries, jobs } = await place.openExposures();
    await deliveries.accept(delivery, job);
    await deliveries.accept({ ...delivery, guid: "g2" }, { ...job, id: "job-2", uniqueKey: "2" });
    await jobs.complete((await jobs.claim({ kinds: ["scan"], leaseMs: 1, worker: "w" })) ?? "");
    await expect(deliveries.prune({ olderThanMs: 7 * dayMs })).rejects.toMatchObject({
      code: "STORAGE_BAD_VALUE",
    });
    await expect(deliveries.prune({ olderThanMs: Number.NaN })).rejects.toMatchObject({
      code: "STORAGE_BAD_VALUE",
    });
    place.clock.advance(8 * dayMs);
    expect(await deliveries.prune({ olderThanMs: 8 * dayMs })).toBe(0);
    place.clock.advance(1);
    expect(await deliveries.prune({ olderThanMs: 8 * dayMs })).toBe(1);
    expect(await deliveries.get("g1")).toBeNull();
    expect(await deliveries.get("g2")).not.toBeNull();
  });

  it("still know a delivery whose job is forgotten", async () => {
    const place = makePlace();
    const { deliveries, jobs } = await place.openExposures();
    await deliveries.accept(delivery, job);
    await jobs.complete((await jobs.claim({ kinds: ["scan"], leaseMs: 1, worker: "w" })) ?? "");
    await jobs.prune({ finishedBeforeMs: place.clock() + 1 });
    expect(await deliveries.accept(delivery, job)).toEqual({ outcome: "duplicate", jobState: null });
  });

  it("mask keys that strangers write into names, so that a delivery is never lost for them", async () => {
    const { deliveries, jobs } = await makePlace().openExposures();
    const key = makeKey(aforo, { kind: "secret", environment: "production" });
    const nasty = { ...job, payload: { ref: `refs/heads/${key.reveal()}` }, uniqueKey: key.reveal() };
    expect(await deliveries.accept(delivery, nasty)).toMatchObject({ outcome: "accepted" });
    expect(await jobs.get("job-1")).toMatchObject({
      payload: { ref: `refs/heads/${key.redacted}` },
      uniqueKey: key.redacted,
    });
  });
});

describe.each(adapters)("exposures on $adapter", ({ makePlace }) => {
  it("are one for a repository and key, however often the key is found", async () => {
    const place = makePlace();
    const { exposures } = await place.openExposures();
    const firstSeenAtMs = place.clock();
    const first = await exposures.record(newExposure());
    expect(first).toMatchObject({
      isNew: true,
      newOccurrences: 1,
      exposure: { candidates: ["aforo", "azotte"], confidence: "high", firstSeenAtMs },
    });
    place.clock.advance(10);
    const other = { commit: "c2", path: "src/b.ts", line: 1, column: 1 };
    const second = await exposures.record(
      newExposure({ occurrences: [...newExposure().occurrences, other] }),
    );
    expect(second).toMatchObject({
      isNew: false,
      newOccurrences: 1,
      exposure: { id: first.exposure.id, firstSeenAtMs, lastSeenAtMs: place.clock() },
    });
    expect(await exposures.record(newExposure())).toMatchObject({ isNew: false, newOccurrences: 0 });
    expect((await exposures.get(repository, sha256("key")))?.occurrences).toEqual([
      { ...newExposure().occurrences[0], seenAtMs: firstSeenAtMs },
      { ...other, seenAtMs: place.clock() },
    ]);
  });

  it("stay apart by repository, host and key, and are found by fingerprint and by commit", async () => {
    const { exposures } = await makePlace().openExposures();
    await exposures.record(newExposure());
    await exposures.record(newExposure({ repository: fork }));
    await exposures.record(newExposure({ repository: { ...repository, host: "ghe.example" } }));
    await exposures.record(
      newExposure({
        fingerprint: sha256("other"),
        occurrences: [{ commit: "c9", path: "x", line: 1, column: 1 }],
      }),
    );
    expect(await exposures.listByFingerprint(sha256("key"))).toHaveLength(3);
    expect(await exposures.listByCommits(repository, ["c9", "c8"])).toMatchObject([
      { fingerprint: sha256("other") },
    ]);
    expect(await exposures.listByCommits(repository, [])).toEqual([]);
    expect(await exposures.listByFingerprint(sha256("never"))).toEqual([]);
    const [first, second] = await exposures.list({ repository, limit: 2 });
    expect([first?.fingerprint, second?.fingerprint]).toEqual([sha256("key"), sha256("other")]);
    expect(await exposures.list({ afterId: first?.id ?? 0 })).toHaveLength(3);
    expect(await exposures.getById(second?.id ?? 0)).toEqual(second);
    expect(await exposures.get(fork, sha256("other"))).toBeNull();
  });

  it("mask keys in paths and refuse a form that is not redacted", async () => {
    const { exposures } = await makePlace().openExposures();
    const key = makeKey(aforo, { kind: "secret", environment: "production" });
    const occurrences = [{ commit: "c1", path: `keys/${key.reveal()}.txt`, line: 1, column: 1 }];
    const { exposure } = await exposures.record(newExposure({ occurrences }));
    expect(exposure.occurrences[0]?.path).toBe(`keys/${key.redacted}.txt`);
    await expect(exposures.record(newExposure({ redacted: key.reveal() }))).rejects.toMatchObject({
      code: "STORAGE_PLAINTEXT_KEY",
    });
  });
});

describe.each(adapters)("revoke intents on $adapter", ({ makePlace }) => {
  const key = { provider: "aforo", keyId: "k1" };

  it("are written with their audit line before the owner is called, and once", async () => {
    const place = makePlace();
    const { intents, audit: log } = await place.openExposures();
    const intendedAtMs = place.clock();
    const first = await intents.open(key, { action: "key.revoke.intended", actor: "app" });
    expect(first).toEqual({
      opened: true,
      intent: { ...key, state: "intended", intendedAtMs, finishedAtMs: null, errorCode: null },
    });
    place.clock.advance(5);
    expect(await intents.open(key, audit)).toEqual({ opened: false, intent: first.intent });
    expect(await intents.listUnfinished()).toEqual([first.intent]);
    expect(await intents.countRevocationsSince(intendedAtMs)).toBe(1);
    expect(await intents.countRevocationsOf("aforo", intendedAtMs)).toEqual({ ended: 0, underWay: 1 });
    expect(await intents.finish(key, { state: "revoked" }, { action: "key.revoke.done", actor: "app" })).toBe(
      true,
    );
    expect(await intents.finish(key, { state: "revoked" }, audit)).toBe(false);
    expect(await intents.open(key, audit)).toMatchObject({
      opened: false,
      intent: { state: "revoked", finishedAtMs: place.clock() },
    });
    expect(await log.list()).toMatchObject([
      { action: "key.revoke.intended", subject: "k1", provider: "aforo" },
      { action: "key.revoke.done", subject: "k1", details: { outcome: "revoked" } },
    ]);
    expect(await intents.countRevocationsSince(place.clock())).toBe(1);
    expect(await intents.countRevocationsSince(place.clock() + 1)).toBe(0);
    expect(await intents.countRevocationsOf("aforo", place.clock())).toEqual({ ended: 1, underWay: 0 });
    expect(await intents.countRevocationsOf("aforo", place.clock() + 1)).toEqual({ ended: 0, underWay: 0 });
    expect(await intents.countRevocationsOf("azotte", 0)).toEqual({ ended: 0, underWay: 0 });
  });

  it("can be opened again after they failed", async () => {
    const { intents } = await makePlace().openExposures();
    await intents.open(key, audit);
    await intents.finish(key, { state: "failed", errorCode: "MANAGEMENT_TIMEOUT" }, audit);
    expect(await intents.get(key)).toMatchObject({ state: "failed", errorCode: "MANAGEMENT_TIMEOUT" });
    expect(await intents.open(key, audit)).toMatchObject({
      opened: true,
      intent: { state: "intended", errorCode: null },
    });
    expect(await intents.get({ ...key, provider: "aero2" })).toBeNull();
  });
});

describe.each(adapters)("the environment of a key on $adapter", ({ makePlace }) => {
  it("is unknown until something says which, and stays known then", async () => {
    const { exposures } = await makePlace().openExposures();
    const record = async (environment: "sandbox" | null) =>
      (await exposures.record({ ...newExposure(), environment })).exposure.environment;
    expect(await record(null)).toBeNull();
    expect(await record("sandbox")).toBe("sandbox");
    expect(await record(null)).toBe("sandbox");
  });
});

describe.each(adapters)("tips and checkpoints on $adapter", ({ makePlace }) => {
  it("list tips in order, without those that newer ones reach", async () => {
    const { tips } = await makePlace().openExposures();
    await tips.add(repository, ["c1", "c2"]);
    await tips.add(repository, ["c3", "c1"], { supersedes: ["c2", "c1", "none"] });
    await tips.add(fork, ["f1"]);
    expect(await tips.list(repository)).toEqual(["c1", "c3"]);
    await tips.clear(repository);
    expect(await tips.list(repository)).toEqual([]);
    expect(await tips.list(fork)).toEqual(["f1"]);
  });

  it("keep the furthest checkpoint and a check run that is known", async () => {
    const { checkpoints } = await makePlace().openExposures();
    expect(await checkpoints.get("scan-1")).toBeNull();
    const externalId = "scan-1";
    await checkpoints.save({ externalId, checkRunId: null, batchesSent: 0, sendingSinceMs: 7 });
    await checkpoints.save({ externalId, checkRunId: 42, batchesSent: 2, sendingSinceMs: null });
    await checkpoints.save({ externalId, checkRunId: null, batchesSent: 1, sendingSinceMs: 9 });
    const furthest = { externalId, checkRunId: 42, batchesSent: 2, sendingSinceMs: 9 };
    expect(await checkpoints.get(externalId)).toEqual(furthest);
    await checkpoints.save({ ...furthest, sendingSinceMs: null });
    expect(await checkpoints.get(externalId)).toEqual({ ...furthest, sendingSinceMs: null });
  });
});

describe.each(adapters)("transactions on $adapter", ({ makePlace }) => {
  it("store findings, tips, follow-ups and the end of the job together or not at all", async () => {
    const storage = await makePlace().openExposures();
    await storage.jobs.enqueue(job);
    const claimed = await storage.jobs.claim({ kinds: ["scan"], leaseMs: 1000, worker: "w" });
    const scan = (fails: boolean) =>
      storage.transaction(async (stores) => {
        await stores.exposures.record(newExposure());
        await stores.tips.add(repository, ["c1"]);
        await stores.jobs.complete(claimed ?? "", { followUps: [{ id: "r1", kind: "revoke", payload: {} }] });
        if (fails) throw new Error("crash");
      });
    await expect(scan(true)).rejects.toThrow("crash");
    expect(await storage.tips.list(repository)).toEqual([]);
    expect(await storage.exposures.get(repository, sha256("key"))).toBeNull();
    expect(await storage.jobs.counts()).toEqual({ queued: 0, running: 1, done: 0, buried: 0 });
    await scan(false);
    expect(await storage.tips.list(repository)).toEqual(["c1"]);
    expect(await storage.jobs.counts()).toEqual({ queued: 1, running: 0, done: 1, buried: 0 });
  });

  it("take back only the step that failed when the caller goes on", async () => {
    const storage = await makePlace().openExposures();
    await storage.transaction(async (stores) => {
      await stores.tips.add(repository, ["c1"]);
      await stores.deliveries.accept(delivery, { ...job, payload: { bad: Infinity } }).catch(() => undefined);
      await stores.tips.add(repository, ["c2"]);
    });
    expect(await storage.tips.list(repository)).toEqual(["c1", "c2"]);
    expect(await storage.deliveries.get("g1")).toBeNull();
  });

  it("never interleave, however many begin at once", async () => {
    const storage = await makePlace().openExposures();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        storage.transaction(async (stores) => {
          const before = await stores.tips.list(repository);
          await stores.tips.add(repository, [`c${index}`]);
          expect(await stores.tips.list(repository)).toEqual([...before, `c${index}`]);
        }),
      ),
    );
    expect(await storage.tips.list(repository)).toHaveLength(20);
  });
});
