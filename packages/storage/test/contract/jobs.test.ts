import { describe, expect, it } from "vitest";
import type { JobClaim, NewJob } from "@keywarden/storage";
import { adapters, makeSqlitePlace } from "../stores.ts";

const claimOf = (kinds: readonly string[] = ["scan"], worker = "w1"): JobClaim => ({
  kinds,
  worker,
  leaseMs: 1000,
});
const jobNamed = (id: string, more: Partial<NewJob> = {}): NewJob => ({
  id,
  kind: "scan",
  payload: { id },
  ...more,
});

describe.each(adapters)("jobs on $adapter", ({ makePlace }) => {
  async function open() {
    const place = makePlace();
    const storage = await place.openExposures();
    return { place, clock: place.clock, storage, jobs: storage.jobs };
  }

  it("of a group that somebody works on are passed over, and others are not", async () => {
    const { jobs } = await open();
    for (const id of ["a1", "a2", "b1", "none"])
      await jobs.enqueue(jobNamed(id, id === "none" ? {} : { group: id.slice(0, 1) }));
    const exceptGroups = ["a"];
    expect(await jobs.claim(claimOf())).toMatchObject({ id: "a1", group: "a" });
    expect(await jobs.claim({ ...claimOf(), exceptGroups })).toMatchObject({ id: "b1" });
    expect(await jobs.claim({ ...claimOf(), exceptGroups })).toMatchObject({ id: "none", group: null });
    expect(await jobs.claim({ ...claimOf(), exceptGroups })).toBeNull();
    expect(await jobs.claim(claimOf())).toMatchObject({ id: "a2" });
  });

  it("of a group that wait for their turn are listed as they will be claimed, and no others", async () => {
    const { jobs, clock } = await open();
    for (const id of ["a1", "a2", "b1", "a3"]) await jobs.enqueue(jobNamed(id, { group: id.slice(0, 1) }));
    await jobs.enqueue(jobNamed("later", { group: "a", runAtMs: clock() + 1_000 }));
    const { kind } = jobNamed("any");
    const listed = async (limit: number) =>
      (await jobs.listDue({ group: "a", kind, limit })).map(({ id }) => id);
    expect(await listed(10)).toEqual(["a1", "a2", "a3"]);
    await jobs.claim(claimOf());
    expect(await listed(10)).toEqual(["a2", "a3"]);
    expect(await listed(1)).toEqual(["a2"]);
    expect(await jobs.listDue({ group: "a", kind: "another", limit: 10 })).toEqual([]);
  });

  it("of a group are claimed together in their order, as many as are asked for, and by nobody else", async () => {
    const { jobs, clock } = await open();
    for (const id of ["a1", "a2", "b1", "a3"]) await jobs.enqueue(jobNamed(id, { group: id.slice(0, 1) }));
    await jobs.enqueue(jobNamed("later", { group: "a", runAtMs: clock() + 1_000 }));
    await jobs.enqueue(jobNamed("other", { group: "a", kind: "another" }));
    const claim = { group: "a", kind: "scan", leaseMs: 1_000, worker: "w1" };
    expect(await jobs.claim(claimOf())).toMatchObject({ id: "a1" });
    expect(await jobs.claimGroup({ ...claim, limit: 1 })).toMatchObject([
      { id: "a2", state: "running", attempt: 1, worker: "w1", dueAtMs: clock() + 1_000 },
    ]);
    expect(await jobs.claimGroup({ ...claim, limit: 10 })).toMatchObject([{ id: "a3" }]);
    expect(await jobs.claimGroup({ ...claim, limit: 10 })).toEqual([]);
    expect(await jobs.claim(claimOf())).toMatchObject({ id: "b1" });
    // One whose lease has ended is claimed again, and whoever held it before cannot finish it.
    clock.advance(1_000);
    expect(await jobs.claimGroup({ ...claim, limit: 10 })).toMatchObject([
      { id: "a1", attempt: 2 },
      { id: "a2", attempt: 2 },
      { id: "a3", attempt: 2 },
      { id: "later", attempt: 1 },
    ]);
    expect(await jobs.complete({ id: "a2", attempt: 1 })).toEqual({ ok: false, reason: "not-running" });
  });

  describe("enqueue", () => {
    it("stores a job once for its id and once for its unique key while that one is unfinished", async () => {
      const { jobs } = await open();
      expect(await jobs.enqueue(jobNamed("a", { uniqueKey: "u" }))).toEqual({ outcome: "enqueued", id: "a" });
      expect(await jobs.enqueue(jobNamed("a"))).toEqual({ outcome: "duplicate", id: "a" });
      expect(await jobs.enqueue(jobNamed("b", { uniqueKey: "u" }))).toEqual({
        outcome: "duplicate",
        id: "a",
      });
      const claimed = await jobs.claim(claimOf());
      expect(await jobs.enqueue(jobNamed("b", { uniqueKey: "u" }))).toEqual({
        outcome: "duplicate",
        id: "a",
      });
      await jobs.complete(claimed ?? "");
      expect(await jobs.enqueue(jobNamed("b", { uniqueKey: "u" }))).toEqual({ outcome: "enqueued", id: "b" });
      expect(await jobs.enqueue(jobNamed("a"))).toEqual({ outcome: "duplicate", id: "a" });
    });

    it("keeps jobs without a unique key apart", async () => {
      const { jobs } = await open();
      for (const id of ["a", "b"])
        expect(await jobs.enqueue(jobNamed(id))).toMatchObject({ outcome: "enqueued" });
      expect(await jobs.counts()).toEqual({ queued: 2, running: 0, done: 0, buried: 0 });
    });
  });

  describe("claim", () => {
    it("takes kinds in the order they are named, and the longest due first", async () => {
      const { jobs, clock } = await open();
      const nowMs = clock();
      await jobs.enqueue(jobNamed("report", { kind: "report" }));
      await jobs.enqueue(jobNamed("later", { runAtMs: nowMs }));
      await jobs.enqueue(jobNamed("earlier", { runAtMs: nowMs - 5 }));
      await jobs.enqueue(jobNamed("same", { runAtMs: nowMs }));
      await jobs.enqueue(jobNamed("revoke", { kind: "revoke" }));
      const order: string[] = [];
      for (;;) {
        const job = await jobs.claim(claimOf(["revoke", "scan", "report"]));
        if (job === null) break;
        order.push(job.id);
      }
      expect(order).toEqual(["revoke", "earlier", "later", "same", "report"]);
    });

    it("leaves other kinds and jobs of the future alone", async () => {
      const { jobs, clock } = await open();
      await jobs.enqueue(jobNamed("a", { runAtMs: clock() + 10 }));
      await jobs.enqueue(jobNamed("b", { kind: "report" }));
      expect(await jobs.claim(claimOf())).toBeNull();
      expect(await jobs.nextDueAtMs(["scan"])).toBe(clock() + 10);
      expect(await jobs.nextDueAtMs(["none"])).toBeNull();
      expect(await jobs.nextDueAtMs([])).toBeNull();
      clock.advance(10);
      expect(await jobs.claim(claimOf())).toMatchObject({
        id: "a",
        payload: { id: "a" },
        state: "running",
        attempt: 1,
        worker: "w1",
        dueAtMs: clock() + 1000,
      });
    });

    it("never gives one job to two workers", async () => {
      const { jobs } = await open();
      for (let index = 0; index < 30; index += 1) await jobs.enqueue(jobNamed(`j${index}`));
      const taken: string[] = [];
      const work = async (worker: string) => {
        for (;;) {
          const job = await jobs.claim(claimOf(["scan"], worker));
          if (job === null) return;
          taken.push(job.id);
        }
      };
      await Promise.all(["w1", "w2", "w3", "w4"].map(work));
      expect(taken).toHaveLength(30);
      expect(new Set(taken).size).toBe(30);
    });
  });

  describe("leases", () => {
    it("give an abandoned job to the next claim, and the late worker cannot touch it any more", async () => {
      const { jobs, clock } = await open();
      await jobs.enqueue(jobNamed("a"));
      const first = await jobs.claim(claimOf());
      clock.advance(999);
      expect(await jobs.claim(claimOf(["scan"], "w2"))).toBeNull();
      clock.advance(1);
      const second = await jobs.claim(claimOf(["scan"], "w2"));
      expect(second).toMatchObject({ id: "a", attempt: 2, worker: "w2" });
      const lost = { ok: false, reason: "not-running" };
      expect(await jobs.complete(first ?? "")).toEqual(lost);
      expect(await jobs.heartbeat(first ?? "", 5000)).toEqual(lost);
      expect(await jobs.retry(first ?? "", { delayMs: 0, errorCode: "E" })).toEqual(lost);
      expect(await jobs.bury(first ?? "", "E")).toEqual(lost);
      expect(await jobs.complete(second ?? "")).toEqual({ ok: true });
    });

    it("last as long as the heart beats", async () => {
      const { jobs, clock } = await open();
      await jobs.enqueue(jobNamed("a"));
      const job = await jobs.claim(claimOf());
      for (let beat = 0; beat < 3; beat += 1) {
        clock.advance(900);
        expect(await jobs.heartbeat(job ?? "", 1000)).toEqual({ ok: true });
      }
      expect(await jobs.claim(claimOf())).toBeNull();
      expect(await jobs.nextDueAtMs(["scan"])).toBe(clock() + 1000);
    });

    it("end with the process that had a directory for itself: its jobs are queued again when that is opened", async () => {
      const place = makeSqlitePlace();
      const storage = await place.openExposures();
      const { clock } = place;
      const { jobs } = storage;
      await jobs.enqueue(jobNamed("a"));
      await jobs.claim(claimOf());
      await storage.close();
      const again = await place.openExposures();
      expect(await again.jobs.get("a")).toMatchObject({
        state: "queued",
        worker: null,
        dueAtMs: clock(),
        attempt: 1,
      });
      expect(await again.jobs.claim(claimOf())).toMatchObject({ id: "a", attempt: 2 });
    });
  });

  describe("ends of a job", () => {
    it("complete adds the follow-ups, or nothing when the job was lost", async () => {
      const { jobs } = await open();
      await jobs.enqueue(jobNamed("a"));
      expect(await jobs.complete("a", { followUps: [jobNamed("no")] })).toMatchObject({ ok: false });
      expect(await jobs.get("no")).toBeNull();
      const job = await jobs.claim(claimOf());
      const followUps = [jobNamed("b", { kind: "revoke" }), jobNamed("a")];
      expect(await jobs.complete(job ?? "", { followUps })).toEqual({ ok: true });
      expect(await jobs.get("b")).toMatchObject({ state: "queued", kind: "revoke" });
      expect(await jobs.get("a")).toMatchObject({ state: "done", dueAtMs: null });
    });

    it("retry waits as long as it is told", async () => {
      const { jobs, clock } = await open();
      await jobs.enqueue(jobNamed("a"));
      const job = await jobs.claim(claimOf());
      expect(await jobs.retry(job ?? "", { delayMs: 50, errorCode: "ECONNRESET" })).toEqual({ ok: true });
      expect(await jobs.get("a")).toMatchObject({
        state: "queued",
        dueAtMs: clock() + 50,
        errorCode: "ECONNRESET",
        worker: null,
      });
      expect(await jobs.claim(claimOf())).toBeNull();
      clock.advance(50);
      expect(await jobs.claim(claimOf())).toMatchObject({ attempt: 2 });
    });

    it("bury keeps it to be looked at and driven again", async () => {
      const { jobs, clock } = await open();
      await jobs.enqueue(jobNamed("a", { uniqueKey: "u" }));
      await jobs.bury((await jobs.claim(claimOf())) ?? "", "GAVE_UP");
      expect(await jobs.listBuried()).toMatchObject([
        { id: "a", state: "buried", errorCode: "GAVE_UP", finishedAtMs: clock() },
      ]);
      expect(await jobs.claim(claimOf())).toBeNull();
      await jobs.enqueue(jobNamed("b", { uniqueKey: "u" }));
      expect(await jobs.redrive("a")).toEqual({ ok: false, reason: "not-buried" });
      await jobs.complete((await jobs.claim(claimOf())) ?? "");
      expect(await jobs.redrive("a")).toEqual({ ok: true });
      expect(await jobs.redrive("a")).toEqual({ ok: false, reason: "not-buried" });
      expect(await jobs.claim(claimOf())).toMatchObject({ id: "a", attempt: 1, errorCode: null });
    });

    it("stores codes of errors and never their messages", async () => {
      const { jobs } = await open();
      await jobs.enqueue(jobNamed("a"));
      await jobs.bury((await jobs.claim(claimOf())) ?? "", "HttpError: authorization: Bearer abc");
      expect(await jobs.get("a")).toMatchObject({ errorCode: "UNCODED" });
    });

    it("prune forgets done jobs only", async () => {
      const { jobs, clock } = await open();
      for (const id of ["done", "buried", "queued"]) await jobs.enqueue(jobNamed(id));
      await jobs.complete((await jobs.claim(claimOf())) ?? "");
      await jobs.bury((await jobs.claim(claimOf())) ?? "", "E");
      expect(await jobs.prune({ finishedBeforeMs: clock() })).toBe(0);
      expect(await jobs.prune({ finishedBeforeMs: clock() + 1 })).toBe(1);
      expect(await jobs.counts()).toEqual({ queued: 1, running: 0, done: 0, buried: 1 });
    });
  });

  describe("onWork", () => {
    it("tells of work after it is durable, and not of work that was undone", async () => {
      const { jobs, storage } = await open();
      const seen: string[] = [];
      const stop = jobs.onWork(() => seen.push("work"));
      await jobs.enqueue(jobNamed("a"));
      expect(seen).toHaveLength(1);
      await jobs.enqueue(jobNamed("a"));
      expect(seen).toHaveLength(1);
      await storage
        .transaction(async (stores) => {
          await stores.jobs.enqueue(jobNamed("b"));
          throw new Error("undo");
        })
        .catch(() => undefined);
      expect(seen).toHaveLength(1);
      await storage.transaction(async (stores) => {
        await stores.jobs.enqueue(jobNamed("c"));
        expect(seen).toHaveLength(1);
      });
      expect(seen).toHaveLength(2);
      await jobs.retry((await jobs.claim(claimOf())) ?? "", { delayMs: 1, errorCode: "E" });
      expect(seen).toHaveLength(3);
      stop();
      await jobs.enqueue(jobNamed("d"));
      expect(seen).toHaveLength(3);
    });
  });

  it("has what waits tried at once when it is told to, and nothing else", async () => {
    const { jobs, clock } = await open();
    for (const kind of ["revoke", "scan"])
      await jobs.enqueue(jobNamed(kind, { kind, runAtMs: clock() + 60_000 }));
    expect(await jobs.hasten(["revoke"])).toBe(1);
    expect(await jobs.claim(claimOf(["revoke"]))).toMatchObject({ id: "revoke" });
    expect(await jobs.hasten(["revoke"])).toBe(0);
    expect(await jobs.hasten([])).toBe(0);
    expect(await jobs.claim(claimOf(["scan"]))).toBeNull();
  });

  it("does not hold work up for as long as the clock was set back", async () => {
    const { place, storage, jobs, clock } = await open();
    await jobs.enqueue(jobNamed("a"));
    await jobs.retry((await jobs.claim(claimOf())) ?? "", { delayMs: 1000, errorCode: "E" });
    clock.advance(-3_600_000);
    expect(await jobs.claim(claimOf())).toBeNull();
    clock.advance(1000);
    expect(await jobs.claim(claimOf())).toMatchObject({ id: "a" });
    await storage.close();
    clock.advance(-3_600_000);
    const again = await place.openExposures();
    clock.advance(1000);
    expect(await again.jobs.claim(claimOf())).toMatchObject({ id: "a" });
  });
});
