import { openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage } from "@keywarden/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { makeStage } from "../src/jobs/stage.ts";
import type { Stage, StageResult } from "../src/jobs/stage.ts";
import { makeWorker } from "../src/jobs/worker.ts";
import type { Lane } from "../src/jobs/worker.ts";
import { makeTestTime } from "./rig/scheduler.ts";
import type { TestTime } from "./rig/scheduler.ts";

const leaseMs = 60_000;
const repository = { host: "h", repositoryId: 1 };
const tip = "a".repeat(40);
const done: StageResult = {};

let storage: ExposureStorage;
let time: TestTime;
let lines: string[];
beforeEach(async () => {
  time = makeTestTime();
  lines = [];
  storage = await openExposureStorage({ path: ":memory:", clock: time.clock });
});
afterEach(() => storage.close());

const stageOf = (run: () => Promise<StageResult>, attempts = 3): Stage =>
  makeStage({
    kind: "work",
    retry: { attempts, firstDelayMs: 1_000, longestDelayMs: 10_000 },
    schema: z.object({}),
    run,
    giveUp: (_, code) => ({
      record: async (stores) =>
        void (await stores.jobs.enqueue({ id: "afterwards", kind: "other", payload: { code } })),
    }),
  });
const workerFor = (stage: Stage, scheduler = time, lane: Pick<Lane, "slow"> = {}) =>
  makeWorker({
    storage,
    scheduler,
    leaseMs,
    log: (_, step) => lines.push(step),
    lanes: [{ stages: [stage], concurrency: 2, ...lane }],
  });

test("work that lost its lease records nothing: neither tips nor follow-ups", async () => {
  const stage = stageOf(async () => {
    time.advance(leaseMs + 1);
    await storage.jobs.claim({ kinds: ["work"], leaseMs, worker: "another" });
    return {
      record: async (stores) => {
        await stores.jobs.enqueue({ id: "next", kind: "other", payload: {} });
        await stores.tips.add(repository, [tip]);
      },
    };
  });
  await storage.jobs.enqueue({ id: "one", kind: "work", payload: {} });
  // No timer ever fires, as in a process that was suspended: so no heartbeat either.
  const worker = workerFor(stage, { ...time, after: () => () => {} });
  worker.start();
  await worker.idle();
  expect(await storage.tips.list(repository)).toEqual([]);
  expect(await storage.jobs.get("next")).toBeNull();
  expect(await storage.jobs.get("one")).toMatchObject({ state: "running", worker: "another" });
});

test("a heartbeat keeps the lease of work that takes long", async () => {
  let finish = (): void => {};
  const stage = stageOf(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    return done;
  });
  await storage.jobs.enqueue({ id: "one", kind: "work", payload: {} });
  const worker = workerFor(stage);
  worker.start();
  await expect.poll(async () => (await storage.jobs.get("one"))?.state).toBe("running");
  for (let step = 0; step < 6; step += 1) {
    time.advance(leaseMs / 3);
    expect(await storage.jobs.claim({ kinds: ["work"], leaseMs, worker: "another" })).toBeNull();
  }
  finish();
  await worker.idle();
  expect(await storage.jobs.get("one")).toMatchObject({ state: "done", attempt: 1 });
});

test("a stage that keeps failing is buried with its code, and what is still owed is queued with it", async () => {
  const worker = workerFor(stageOf(() => Promise.reject(new TypeError("canary")), 2));
  await storage.jobs.enqueue({ id: "one", kind: "work", payload: {} });
  worker.start();
  await worker.idle();
  expect(await storage.jobs.get("one")).toMatchObject({ state: "queued", errorCode: "APP_UNEXPECTED" });
  time.advance(1_000);
  await worker.idle();
  expect(await storage.jobs.get("one")).toMatchObject({ state: "buried", errorCode: "APP_UNEXPECTED" });
  expect(await storage.jobs.get("afterwards")).toMatchObject({ payload: { code: "APP_UNEXPECTED" } });
  expect(lines.join()).not.toContain("canary");
});

test("when it stops, it takes nothing more and gives back what does not end in time", async () => {
  let finish = (): void => {};
  const stage = stageOf(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    return done;
  });
  for (const id of ["one", "two", "three"]) await storage.jobs.enqueue({ id, kind: "work", payload: {} });
  const worker = workerFor(stage);
  worker.start();
  await expect.poll(async () => (await storage.jobs.counts()).running).toBe(2);
  const stopped = worker.stop(5_000);
  time.advance(5_000);
  await stopped;
  expect(await storage.jobs.counts()).toMatchObject({ running: 0, queued: 3 });
  finish();
});

test("work that takes long gives its hand to others, as often as there are hands for slow work", async () => {
  const finish: (() => void)[] = [];
  const stage = stageOf(async () => {
    await new Promise<void>((resolve) => finish.push(resolve));
    return done;
  });
  for (const id of ["one", "two", "three", "four"])
    await storage.jobs.enqueue({ id, kind: "work", payload: {} });
  const worker = workerFor(stage, time, { slow: { afterMs: 10_000, concurrency: 1 } });
  worker.start();
  await expect.poll(() => finish.length).toBe(2);
  time.advance(10_000);
  await expect.poll(() => finish.length).toBe(3);
  time.advance(10_000);
  expect(await storage.jobs.counts()).toMatchObject({ running: 3, queued: 1 });
  finish[0]?.();
  await expect.poll(async () => (await storage.jobs.get("one"))?.state).toBe("done");
  // The hand for slow work is free again, so the next one that takes long gives its own.
  time.advance(10_000);
  await expect.poll(() => finish.length).toBe(4);
  for (const one of finish) one();
  await worker.idle();
  expect(await storage.jobs.counts()).toMatchObject({ running: 0, done: 4 });
});

const groupStage = (run: (id: string) => Promise<StageResult>, together: Stage["together"]): Stage => ({
  ...stageOf(() => Promise.resolve(done)),
  run: ({ id }) => run(id),
  ...(together !== undefined && { together }),
});
const enqueueGroup = async (...ids: readonly string[]): Promise<void> => {
  for (const id of ids) await storage.jobs.enqueue({ id, kind: "work", payload: {}, group: "repository:1" });
};
const tipOf = (id: string): StageResult => ({
  record: (stores) => stores.tips.add(repository, [id.padStart(40, "0")]),
});

test("what waits for its turn in one group is done at once, and what is left of it one by one and again at once", async () => {
  await enqueueGroup("1", "2", "3", "4", "5");
  const calls: string[] = [];
  const stage = groupStage(
    async (id) => {
      calls.push(id);
      return tipOf(id);
    },
    async (jobs) => {
      const ids = jobs.map(({ id }) => id);
      calls.push(ids.join("+"));
      // The third is to be looked at alone.
      return ids.slice(0, Math.max(0, ids.includes("3") ? ids.indexOf("3") : ids.length)).map(tipOf);
    },
  );
  const worker = workerFor(stage);
  worker.start();
  await worker.idle();
  expect(calls).toEqual(["1+2+3+4+5", "3+4+5", "3", "4+5"]);
  expect((await storage.tips.list(repository)).map((id) => Number(id))).toEqual([1, 2, 3, 4, 5]);
  expect(await storage.jobs.counts()).toMatchObject({ done: 5, queued: 0, running: 0 });
});

test("what cannot be done at once is done one by one, and only what fails then is tried again", async () => {
  await enqueueGroup("1", "2", "3");
  const stage = groupStage(
    (id) => (id === "2" ? Promise.reject(new Error("it fails")) : Promise.resolve(tipOf(id))),
    () => Promise.reject(new Error("one of them fails")),
  );
  const worker = workerFor(stage);
  worker.start();
  await expect.poll(async () => (await storage.jobs.get("3"))?.state).toBe("done");
  expect((await storage.tips.list(repository)).map((id) => Number(id))).toEqual([1, 3]);
  expect(await storage.jobs.get("2")).toMatchObject({ state: "queued", attempt: 1 });
  await worker.stop(0);
});

test("of what was done at once nothing is recorded where one of them is somebody else's by then", async () => {
  await enqueueGroup("1", "2");
  const stage = groupStage(
    (id) => Promise.resolve(tipOf(id)),
    async (jobs) => {
      time.advance(leaseMs + 1);
      await storage.jobs.claimGroup({
        group: "repository:1",
        kind: "work",
        limit: 1,
        leaseMs,
        worker: "another",
      });
      return jobs.map(() => tipOf("9"));
    },
  );
  const worker = workerFor(stage, { ...time, after: () => () => {} });
  worker.start();
  await worker.idle();
  expect((await storage.tips.list(repository)).map((id) => Number(id))).toEqual([2]);
  expect(await storage.jobs.get("1")).toMatchObject({ state: "running", worker: "another" });
});

test("a worker that is stopped gives back what it has not begun with", async () => {
  await enqueueGroup("1", "2", "3");
  let finish = (): void => {};
  const stage = groupStage(
    async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return done;
    },
    () => Promise.reject(new Error("each alone")),
  );
  const worker = workerFor(stage);
  worker.start();
  await expect.poll(async () => (await storage.jobs.get("3"))?.state).toBe("running");
  const stopped = worker.stop(1_000);
  await expect
    .poll(() => {
      finish();
      return storage.jobs.get("1");
    })
    .toMatchObject({ state: "done" });
  await stopped;
  expect(await storage.jobs.get("2")).toMatchObject({ state: "queued" });
  expect(await storage.jobs.get("3")).toMatchObject({ state: "queued" });
});

test.each([true, false])("what has no effect but its record waits for no disk: %s", async (isRepeatable) => {
  const asked: unknown[] = [];
  const watched: ExposureStorage = {
    ...storage,
    transaction: (work, options) => {
      asked.push(options);
      return storage.transaction(work, options);
    },
  };
  await storage.jobs.enqueue({ id: "one", kind: "work", payload: {} });
  const stage = { ...stageOf(() => Promise.resolve(done)), isRepeatable };
  const worker = makeWorker({
    storage: watched,
    scheduler: time,
    leaseMs,
    log: () => {},
    lanes: [{ stages: [stage], concurrency: 1 }],
  });
  worker.start();
  await worker.idle();
  expect(asked).toEqual([{ isRepeatable }]);
  expect(await storage.jobs.get("one")).toMatchObject({ state: "done" });
});
