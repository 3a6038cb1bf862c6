import { openExposureStorage } from "@keywarden/storage";
import { scannerFor } from "@keywarden/repository-scan";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { loadAppConfig } from "../src/config.ts";
import { makeReadiness } from "../src/operate/readiness.ts";
import { deliveriesSwept } from "../src/repositories/settle-listing.ts";
import { makeStartUpSweep } from "../src/sweeps/start-up-sweep.ts";
import { sweepDeliveries } from "../src/sweeps/sweep-deliveries.ts";
import { judgeAgainJob, repositoriesSwept, sweepRefsJob, sweepRefsKind } from "../src/sweeps/sweep-jobs.ts";
import { startRig } from "./rig/rig.ts";

test("health says that the process lives and nothing else; ready names what fails, and says when it works again", async () => {
  await using rig = await startRig({ withoutApp: true });
  const app = await rig.startApp();
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${app.url}${path}`);
    return [answer.status, await answer.json()];
  };
  const live = [200, { status: "ok" }];
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([live, [200, { status: "ready" }]]);

  rig.provider.failWith(503);
  rig.emulator.failNext({ route: "GET /app", status: 500 });
  // What was well is not asked again at once, or whoever polls would make the App poll GitHub.
  expect(await ask("/readyz")).toEqual([200, { status: "ready" }]);
  rig.time.advance(15_000);
  const failing = ["github", "provider aforo"];
  expect(await ask("/readyz")).toEqual([503, { status: "not ready", failing }]);
  expect(await ask("/healthz")).toEqual(live);
  expect(rig.lines.filter((line) => line.includes("not ready"))).toHaveLength(2);

  rig.provider.failWith(0);
  rig.time.advance(2_000);
  expect(await ask("/readyz")).toEqual([200, { status: "ready" }]);
  rig.emulator.assertNoViolations();
});

test("the end of the sweep at the start is seen at once, though what others do not answer is kept for a while", async () => {
  let nowMs = 0;
  let isDone = false;
  const asked: string[] = [];
  const check = (name: string) => async (): Promise<void> => {
    asked.push(name);
    if (!isDone) throw new Error("not yet");
  };
  using place = makeTemporaryDirectory();
  const storage = await openExposureStorage({ path: place.path, databaseUrl: null, clock: () => nowMs });
  const { part: sweep } = makeStartUpSweep(storage);
  const parts = [
    { ...sweep, check: check("sweep") },
    { name: "github", check: check("github") },
  ];
  const readiness = makeReadiness(
    parts,
    () => nowMs,
    () => {},
  );
  expect(await readiness.failing()).toEqual(["start-up sweep", "github"]);
  isDone = true;
  expect(await readiness.failing()).toEqual(["start-up sweep", "github"]);
  nowMs = 100;
  expect(await readiness.failing()).toEqual(["github"]);
  expect(asked).toEqual(["sweep", "github", "sweep"]);
  await storage.close();
});

test("ready rests on no answer to a question of longer ago than it says, whatever the machine's clock does meanwhile", async () => {
  let nowMs = 100_000;
  const asked: number[] = [];
  let answersAfterMs = 0;
  const part = (name: string, keptWhileWellMs?: number) => ({
    name,
    ...(keptWhileWellMs !== undefined && { keptWhileWellMs }),
    check: async (): Promise<void> => {
      asked.push(nowMs);
      nowMs += answersAfterMs;
    },
  });
  const readinessOf = (one: ReturnType<typeof part>) =>
    makeReadiness(
      [one],
      () => nowMs,
      () => {},
    );
  answersAfterMs = 4_000;
  const slow = readinessOf(part("github"));
  expect(await slow.failing()).toEqual([]);
  nowMs = 114_999;
  expect(await slow.failing()).toEqual([]);
  expect(asked).toEqual([100_000]);
  // The answer is of 11 s ago, and may be of what was so when it was asked for.
  nowMs = 115_000;
  expect(await slow.failing()).toEqual([]);
  expect(asked).toEqual([100_000, 115_000]);
  // Set back, a clock would call it fresh until the same time comes again.
  nowMs = 50_000;
  expect(await slow.failing()).toEqual([]);
  expect(asked).toEqual([100_000, 115_000, 50_000]);

  asked.length = 0;
  answersAfterMs = 0;
  nowMs = 200_000;
  const storage = readinessOf(part("storage", 1_000));
  for (nowMs of [200_000, 200_999, 201_000]) expect(await storage.failing()).toEqual([]);
  expect(asked).toEqual([200_000, 201_000]);
});

test("nobody who starts the App waits for what a push before the kill has judged again in some seconds", async () => {
  using place = makeTemporaryDirectory();
  const clock = (): number => 1_000;
  const storage = await openExposureStorage({ path: place.path, databaseUrl: null, clock });
  const repository = { host: "github.test", repositoryId: 7 };
  await storage.jobs.enqueue(judgeAgainJob(repository, 1_000));
  const startUp = makeStartUpSweep(storage);
  await startUp.begin();
  const take = async (kind: string): Promise<void> => {
    const job = await storage.jobs.claim({ kinds: [kind], leaseMs: 1_000, worker: "test" });
    if (job !== null) await storage.jobs.complete(job);
  };
  await take("sweep-deliveries");
  await take("sweep-repositories");
  await storage.jobs.enqueue(sweepRefsJob(repository));
  await expect(startUp.part.check()).rejects.toThrow("still being searched for");
  await take(sweepRefsKind);
  await expect(startUp.part.check()).resolves.toBeUndefined();
  await storage.close();
});

test("ready waits, where a sweep was given up, until a later one has looked for what was missed", async () => {
  using place = makeTemporaryDirectory();
  let nowMs = 1_000;
  const storage = await openExposureStorage({ path: place.path, databaseUrl: null, clock: () => nowMs });
  const by = "keywarden-github-app";
  // What an earlier run has swept says nothing of what was sent since.
  for (const control of [deliveriesSwept, repositoriesSwept]) await storage.controls.set(control, "999", by);
  const startUp = makeStartUpSweep(storage);
  await startUp.begin();
  for (const kind of ["sweep-deliveries", "sweep-repositories"]) {
    const job = await storage.jobs.claim({ kinds: [kind], leaseMs: 1_000, worker: "test" });
    if (job !== null) await storage.jobs.bury(job, "GITHUB_UNAVAILABLE");
  }
  await expect(startUp.part.check()).rejects.toThrow("still being searched for");
  nowMs = 2_000;
  await storage.controls.set(deliveriesSwept, "2000", by);
  await expect(startUp.part.check()).rejects.toThrow("still being searched for");
  await storage.controls.set(repositoriesSwept, "2000", by);
  await expect(startUp.part.check()).resolves.toBeUndefined();
  await storage.close();
});

test("what was missed is looked for by the host's time, also where this machine's clock was ahead once", async () => {
  using place = makeTemporaryDirectory();
  const day = 24 * 3_600_000;
  let nowMs = 100 * day;
  const storage = await openExposureStorage({ path: place.path, databaseUrl: null, clock: () => nowMs });
  const askedSince: number[] = [];
  const github = {
    // oxlint-disable-next-line require-yield -- there is none.
    async *listDeliveries(sinceMs: number): AsyncGenerator<never> {
      askedSince.push(sinceMs);
    },
    readDelivery: () => Promise.reject(new Error("none was listed")),
  };
  const input = { host: "github.test", appId: 1, scanner: scannerFor([], true), providers: [] };
  const sweep = () => sweepDeliveries({ storage, github, input, log: () => {} });
  await sweep();
  await sweep();
  expect(nowMs - (askedSince[1] ?? 0)).toBeLessThan(day);
  // The clock is put right: it had been two days ahead, and what came meanwhile is older than the last sweep.
  nowMs -= 2 * day;
  await sweep();
  expect(nowMs - (askedSince[2] ?? 0)).toBeGreaterThan(3 * day);
  await storage.close();
});

test("a reloaded config is used for what comes next, and the audit says that the App was armed", async () => {
  await using rig = await startRig({ withoutApp: true, config: { mode: "dry-run" } });
  const app = await rig.startApp();
  const key = rig.provider.issue({ kind: "secret", environment: "production" });
  await app.reload({ ...loadAppConfig(rig.configFile), mode: "armed" });
  await rig.commit({ "a.ts": key.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("revoked");
  await rig.inspect(async ({ audit }) => {
    expect((await audit.list()).map(({ action }) => action)).toContain("app.armed");
  });
});
