import { describe, expect, it } from "vitest";
import { isLiveSecret, openExposureStorage, openKeyStorage } from "@keywarden/storage";
import { makeClock, sha256 } from "@keywarden/testing";
import {
  audit,
  keyNamed,
  makePostgresPlace,
  postgresIsMissing,
  postgresNote,
  runSql,
  secretNamed,
} from "./stores.ts";
import { startProgram } from "./start-program.ts";

const claim = { kinds: ["scan"], leaseMs: 1000, worker: "w" };
const jobNamed = (id: string) => ({ id, kind: "scan", payload: {} });

describe.skipIf(postgresIsMissing)(`processes that share a PostgreSQL${postgresNote}`, () => {
  it("never run one job twice, and leave none", async () => {
    const place = makePostgresPlace();
    const storage = await place.openExposures(() => Date.now());
    const workers = ["w1", "w2", "w3"].map((name) => startProgram("worker", place.databaseUrl, name));
    await Promise.all(workers.map((worker) => worker.said(1)));
    await storage.transaction(async ({ jobs }) => {
      for (let index = 0; index < 300; index += 1) await jobs.enqueue(jobNamed(`j${index}`));
    });
    for (const worker of workers) worker.tell("go");
    await Promise.all(workers.map((worker) => worker.ended));
    const claims = workers.map(({ lines }) => lines.filter((line) => line.startsWith("claimed")));
    const all = claims.flat();
    expect(all).toHaveLength(300);
    expect(new Set(all).size).toBe(300);
    expect(all.every((line) => line.endsWith(" 1"))).toBe(true);
    expect(claims.filter((own) => own.length > 0).length).toBeGreaterThan(1);
    expect(await storage.jobs.counts()).toMatchObject({ queued: 0, running: 0, done: 300 });
  });

  it("let exactly one of them win each generation of a key", async () => {
    const place = makePostgresPlace();
    const storage = await place.openKeys(() => Date.now());
    await storage.keys.createKey(keyNamed("a"), audit);
    const rotators = ["r1", "r2", "r3"].map((name) => startProgram("rotator", place.databaseUrl, name));
    await Promise.all(rotators.map((rotator) => rotator.said(1)));
    for (let generation = 1; generation <= 10; generation += 1) {
      for (const rotator of rotators) rotator.tell(String(generation));
      await Promise.all(rotators.map((rotator) => rotator.said(generation + 1)));
      const answers = rotators.map(({ lines }) => lines[generation]);
      expect(answers.filter((answer) => answer === "won")).toHaveLength(1);
      expect(answers.filter((answer) => answer === "generation")).toHaveLength(2);
    }
    const secrets = await storage.keys.listSecrets("a");
    expect(secrets).toHaveLength(11);
    expect(secrets.filter(({ state }) => isLiveSecret(state))).toHaveLength(1);
    expect(await storage.audit.verify()).toMatchObject({ ok: true, entries: 11 });
  });

  it("store a delivery and its job once, whoever receives it", async () => {
    const place = makePostgresPlace();
    const receivers = await Promise.all([
      place.openExposures(),
      place.openExposures(),
      place.openExposures(),
    ]);
    for (let round = 0; round < 10; round += 1) {
      const delivery = { guid: `g${round}`, event: "push", payloadSha256: sha256("body") };
      const results = await Promise.all(
        receivers.flatMap(({ deliveries }, index) => [
          deliveries.accept(delivery, { ...jobNamed(`j${round}`), uniqueKey: `u${round}` }),
          deliveries.accept(
            { ...delivery, guid: `g${round} of ${index}` },
            { ...jobNamed(`j${round} of ${index}`), uniqueKey: `u${round}` },
          ),
        ]),
      );
      const outcomes = results.map(({ outcome }) => outcome).toSorted();
      expect(outcomes).toEqual(["accepted", "coalesced", "coalesced", "coalesced", "duplicate", "duplicate"]);
    }
    expect(await receivers[0]?.jobs.counts()).toMatchObject({ queued: 10 });
  });

  it("chain one audit, record one exposure and open one intent, however many begin at once", async () => {
    const place = makePostgresPlace();
    const all = await Promise.all([place.openExposures(), place.openExposures(), place.openExposures()]);
    const exposure = {
      repository: { host: "github.com", repositoryId: 7 },
      fingerprint: sha256("key"),
      provider: "aforo",
      kind: "secret",
      environment: "production",
      label: "live",
      redacted: "sk_live_…abcd",
      candidates: [],
      confidence: "high",
      occurrences: [{ commit: "c1", path: "p/".repeat(3000), line: 1, column: 1 }],
    } as const;
    const results = await Promise.all(
      all.flatMap((storage) => [
        storage.exposures.record(exposure).then(({ isNew }) => `exposure ${isNew}`),
        storage.intents
          .open({ provider: "aforo", keyId: "k" }, audit)
          .then(({ opened }) => `intent ${opened}`),
        storage.audit.append(audit).then(() => "entry"),
      ]),
    );
    expect(results.filter((result) => result === "exposure true")).toHaveLength(1);
    expect(results.filter((result) => result === "intent true")).toHaveLength(1);
    expect(await all[0]?.audit.verify()).toMatchObject({ ok: true, entries: 4 });
  });

  it("do a transaction again that PostgreSQL undid for a deadlock", async () => {
    const place = makePostgresPlace();
    const [one, two] = await Promise.all([place.openExposures(), place.openExposures()]);
    const keys = ["x", "y"].map((keyId) => ({ provider: "aforo", keyId }));
    let attempts = 0;
    let held = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    const cross = (storage: typeof one, order: typeof keys) =>
      storage.transaction(async ({ checkpoints }) => {
        attempts += 1;
        const [first, second] = order;
        await checkpoints.save({
          externalId: first?.keyId ?? "",
          checkRunId: 1,
          batchesSent: 1,
          sendingSinceMs: null,
        });
        held += 1;
        if (held >= 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await checkpoints.save({
          externalId: second?.keyId ?? "",
          checkRunId: 1,
          batchesSent: 1,
          sendingSinceMs: null,
        });
      });
    await Promise.all([cross(one, keys), cross(two, keys.toReversed())]);
    // The one that is undone may take its first row again before the other has woken up, and then both wait once more.
    expect(attempts).toBeGreaterThanOrEqual(3);
    expect(await one.checkpoints.get("y")).toMatchObject({ batchesSent: 1 });
  });

  it("see a revocation, a rotation and a last use with the next question, since nothing is cached", async () => {
    const place = makePostgresPlace();
    const [one, two] = await Promise.all([place.openKeys(), place.openKeys()]);
    await one.keys.createKey(keyNamed("a"), audit);
    expect(await two.keys.findBySha256(sha256("a#1"))).toMatchObject({ secret: { state: "active" } });
    await one.keys.touchLastUsed([{ keyId: "a", lastUsedAtMs: 50 }]);
    await two.keys.touchLastUsed([{ keyId: "a", lastUsedAtMs: 40 }]);
    expect(await two.keys.getKey("a")).toMatchObject({ lastUsedAtMs: 50 });
    await two.keys.rotateKey({ id: "a", secret: secretNamed("a#2"), graceMs: 0, audit });
    expect(await one.keys.findBySha256(sha256("a#1"))).toMatchObject({ secret: { state: "ended" } });
    await one.keys.revokeKey({ id: "a", audit });
    expect(await two.keys.findBySha256(sha256("a#2"))).toMatchObject({ secret: { state: "revoked" } });
  });

  it("follow the furthest of their clocks: at once when they write, within a second when they read", async () => {
    const place = makePostgresPlace();
    const ahead = makeClock(place.clock() + 60_000);
    const storage = await place.openKeys();
    await storage.keys.createKey({ ...keyNamed("a"), expiresAtMs: place.clock() + 30_000 }, audit);
    const other = await place.openKeys(ahead);
    await other.keys.createKey(keyNamed("b"), audit);
    await expect.poll(() => storage.keys.getKey("a")).toMatchObject({ state: "expired" });
    ahead.advance(60_000);
    await other.audit.append(audit);
    expect(await storage.keys.createKey(keyNamed("c"), audit)).toMatchObject({ createdAtMs: ahead() });
    const times = (await storage.audit.list()).map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });

  it("leave running jobs to their leases when another one opens", async () => {
    const place = makePostgresPlace();
    const one = await place.openExposures();
    await one.jobs.enqueue(jobNamed("a"));
    const job = await one.jobs.claim(claim);
    const two = await place.openExposures();
    expect(await two.jobs.claim(claim)).toBeNull();
    expect(await one.jobs.heartbeat(job ?? "", 2000)).toEqual({ ok: true });
    place.clock.advance(1500);
    expect(await two.jobs.claim(claim)).toBeNull();
    place.clock.advance(500);
    expect(await two.jobs.claim(claim)).toMatchObject({ id: "a", attempt: 2 });
    expect(await one.jobs.complete(job ?? "")).toEqual({ ok: false, reason: "not-running" });
  });

  it("wake each other when there is work, after it is durable", async () => {
    const place = makePostgresPlace();
    const [one, two] = await Promise.all([place.openExposures(), place.openExposures()]);
    const woken = Promise.withResolvers<void>();
    const stop = two.jobs.onWork(woken.resolve);
    await one.transaction(async ({ jobs }) => void (await jobs.enqueue(jobNamed("a"))));
    await woken.promise;
    stop();
    expect(await two.jobs.claim(claim)).toMatchObject({ id: "a" });
  });

  it("make the schema once, however many open an empty database at the same moment", async () => {
    const place = makePostgresPlace();
    await Promise.all(Array.from({ length: 5 }, () => place.openKeys()));
    const applied = await runSql(place.databaseUrl, "SELECT version FROM schema_migrations ORDER BY version");
    expect(applied.length).toBeGreaterThan(1);
    expect(applied).toEqual(applied.map((_, index) => ({ version: index + 1 })));
  });

  it("share a database with other installations, each in the schemas that it names", async () => {
    const place = makePostgresPlace();
    const other = makePostgresPlace();
    await (await place.openKeys()).keys.createKey(keyNamed("a"), audit);
    expect((await (await other.openKeys()).keys.listKeys()).keys).toEqual([]);
  });

  it("go on with new connections after the server cut theirs, in a transaction too", async () => {
    const place = makePostgresPlace();
    const databaseUrl = place.databaseUrl;
    const keys = await openKeyStorage({ path: "", databaseUrl, clock: place.clock });
    const exposures = await openExposureStorage({ path: "", databaseUrl, clock: place.clock });
    await keys.keys.createKey(keyNamed("a"), audit);
    const cut = () =>
      runSql(
        databaseUrl,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'keywarden' AND query ILIKE '%' || current_schema() || '%'",
      );
    const broken = keys.transaction(async (stores) => {
      await stores.keys.getKey("a");
      await cut();
      await stores.keys.revokeKey({ id: "a", audit });
    });
    await expect(broken).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
    await expect.poll(() => keys.keys.getKey("a")).toMatchObject({ state: "active" });
    await keys.close();
    await exposures.close();
  });

  it("stop using a database that a newer program brings forward while they run", async () => {
    const place = makePostgresPlace();
    const storage = await place.openKeys(() => Date.now());
    const reader = await place.openKeys(() => Date.now());
    const idle = await place.openKeys(() => Date.now());
    await storage.keys.createKey(keyNamed("a"), audit);
    expect(await reader.feed.becomesCurrent()).toBe(true);
    await runSql(
      place.databaseUrl,
      "INSERT INTO schema_migrations SELECT max(version) + 1, 'of the future', 0 FROM schema_migrations",
    );
    const outdated = { code: "STORAGE_NEWER_SCHEMA" };
    // What the newer program keeps of a key is not known here, so nobody is let in by what is.
    await expect(storage.keys.createKey(keyNamed("b"), audit)).rejects.toMatchObject(outdated);
    await expect(storage.keys.getKey("a")).rejects.toMatchObject(outdated);
    await expect.poll(() => reader.feed.isCurrent()).toBe(false);
    await expect.poll(() => reader.keys.getKey("a").catch((error: unknown) => error)).toMatchObject(outdated);
    expect(await idle.feed.becomesCurrent()).toBe(false);
    await expect(idle.keys.findBySha256(secretNamed("a#1").sha256)).rejects.toMatchObject(outdated);
  });
});
