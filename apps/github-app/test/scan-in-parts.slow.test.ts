import { writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { openMirror } from "@keywarden/git/mirror";
import { aforo } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import { openExposureStorage } from "@keywarden/storage";
import type { JsonObject } from "@keywarden/storage";
import { makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { expect, test } from "vitest";
import { acceptEvent } from "../src/inputs/accept-event.ts";
import { makeScanStage } from "../src/jobs/scan.ts";
import { firstFacts } from "./model/fake-host.ts";
import { repositoryId, tellMove } from "./model/tell-move.ts";

const input = { host: "github.test", appId: 1, scanner: scannerFor([aforo]), providers: [aforo] };
const zeros = "0".repeat(40);

/** A scan stage over a mirror with keys in it, a push that is told of, and a scan that begins in parts of two commits. */
async function startParts(work: TestRepository, commits: number, passingMs: number) {
  const keys = Array.from({ length: commits }, (_, index) =>
    makeKey(aforo, { kind: "secret", environment: "production" }, index),
  );
  let head = "";
  for (const [index, key] of keys.entries()) {
    work.write(`${index}.env`, key.reveal());
    head = await work.commit(`commit ${index}`);
  }
  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const storage = await openExposureStorage({ path: ":memory:", clock: () => nowMs });
  const stage = makeScanStage({
    ...input,
    storage,
    remotes: {
      listRefs: () => Promise.resolve([]),
      remove: () => Promise.resolve(),
      fetch: () => {
        nowMs += passingMs;
        return Promise.resolve(openMirror(join(work.path, ".git"), work.env));
      },
    },
    github: { findNewName: () => Promise.resolve(null) },
    judging: { mode: "armed", history: "report", ownTokens: new Set() },
    log: () => {},
    sweepDeliveries: async () => {
      await storage.controls.set("deliveries-swept", String(nowMs + 1), "test");
    },
    listedAfterMs: 0,
    limits: { fileBytes: 1e9, totalBytes: 1e9, totalFiles: 1e9 },
    budget: { fileMs: 600_000, totalMs: 600_000 },
  });
  const told = tellMove({
    ref: "refs/heads/main",
    before: zeros,
    after: head,
    atSeconds: nowMs / 1_000,
    facts: firstFacts,
  });
  const tell = () =>
    acceptEvent(
      storage,
      { ...input, delivery: "one", receivedAtMs: nowMs, source: "push" },
      { name: told.event, payload: told.payload, payloadSha256: "0".repeat(64) },
    );
  await tell();
  const claim = () => {
    nowMs += 1;
    return storage.jobs.claim({ kinds: ["scan"], leaseMs: 3_600_000, worker: "test" });
  };
  let slices: JsonObject | undefined = { commits: 2, tips: [], soFar: null, spentMs: 0 };
  return {
    head,
    keys,
    storage,
    tell,
    /** Runs a part; false where there is none. */
    run: async () => {
      const job = await claim();
      if (job === null) return false;
      // As if it had taken more than its turn as a whole.
      const payload = slices === undefined ? job.payload : { ...job.payload, slices };
      slices = undefined;
      const result = await stage.run({ ...job, payload });
      await storage.transaction(async (stores) => {
        await stores.jobs.complete(job);
        await result.record?.(stores);
      });
      return true;
    },
    giveUp: async () => {
      const job = await claim();
      if (job === null) throw new Error("there is a part to give up");
      await storage.transaction(async (stores) => {
        await stores.jobs.bury(job, "GIT_UNREACHABLE");
        await stage.giveUp(job, "GIT_UNREACHABLE").record?.(stores);
      });
    },
    /** Scans what a sweep of the refs finds. */
    sweep: async () => {
      const [buried] = await storage.jobs.listBuried();
      if (buried === undefined) throw new Error("a part was given up");
      const { slices: _parts, push, ...rest } = buried.payload as { slices: unknown; push: object };
      const payload = { ...rest, push: { ...push, source: "ref-sweep", delivery: "sweep" } };
      await storage.jobs.enqueue({ id: "scan:sweep", kind: "scan", payload });
    },
    report: () => storage.reports.get({ host: input.host, repositoryId }, head),
  };
}

test.each(["a redelivery", "a sweep"] as const)(
  "a scan in parts that was given up is gone on with by %s, and the account is of the whole push",
  async (by) => {
    using work = await makeRepository();
    const { run, giveUp, tell, sweep, report, storage, keys } = await startParts(work, 6, 0);
    await run();
    expect((await report())?.account).toMatchObject({ objects: 2 * 3, goesOn: true });
    await giveUp();
    expect(await report()).toMatchObject({ givenUp: "GIT_UNREACHABLE", account: { objects: 2 * 3 } });
    await (by === "a sweep" ? sweep() : tell());
    while (await run());
    const after = await report();
    expect(after).toMatchObject({ givenUp: null, account: { objects: 6 * 3 } });
    expect(after?.account).not.toHaveProperty("goesOn");
    expect(await storage.exposures.list()).toHaveLength(keys.length);
    // Where both have done it, nothing counts twice.
    if (by === "a sweep") await tell();
    while (await run());
    expect((await report())?.account).toMatchObject({ objects: 6 * 3 });
    await storage.close();
  },
);

test("one object that cannot be read takes none of the push's time from what can be read behind it", async () => {
  using work = await makeRepository();
  // The first part leaves time for one more, and the second would take all of it.
  const { run, report, storage, keys, head } = await startParts(work, 12, 350_000);
  // In the second of the parts.
  const broken = await work.git("rev-parse", `${head}~9:2.env`);
  const file = join(work.path, ".git", "objects", broken.slice(0, 2), broken.slice(2));
  chmodSync(file, 0o600);
  writeFileSync(file, "this is no object");
  while (await run());
  const account = (await report())?.account;
  expect(account).toMatchObject({ tooLarge: 0 });
  expect(JSON.stringify(account)).toContain(broken);
  expect(await storage.exposures.list()).toHaveLength(keys.length - 1);
  await storage.close();
});
