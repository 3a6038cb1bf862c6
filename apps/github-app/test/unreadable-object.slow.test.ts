import { writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { openMirror } from "@keywarden/git/mirror";
import { aforo } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import { openExposureStorage } from "@keywarden/storage";
import type { JsonObject } from "@keywarden/storage";
import { makeKey, makeRepository } from "@keywarden/testing";
import { expect, test } from "vitest";
import { acceptEvent } from "../src/inputs/accept-event.ts";
import { makeScanStage } from "../src/jobs/scan.ts";
import { firstFacts } from "./model/fake-host.ts";
import { repositoryId, tellMove } from "./model/tell-move.ts";

const input = { host: "github.test", appId: 1, scanner: scannerFor([aforo]), providers: [aforo] };
const zeros = "0".repeat(40);

test("one object that cannot be read takes none of the push's time from what can be read behind it", async () => {
  using work = await makeRepository();
  const keys = Array.from({ length: 12 }, (_, index) =>
    makeKey(aforo, { kind: "secret", environment: "production" }, index),
  );
  let head = "";
  for (const [index, key] of keys.entries()) {
    work.write(`${index}.env`, key.reveal());
    head = await work.commit(`commit ${index}`);
  }
  // In the second of the parts.
  const broken = await work.git("rev-parse", `${head}~9:2.env`);
  const file = join(work.path, ".git", "objects", broken.slice(0, 2), broken.slice(2));
  chmodSync(file, 0o600);
  writeFileSync(file, "this is no object");

  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const storage = await openExposureStorage({ path: ":memory:", clock: () => nowMs });
  const budget = { fileMs: 600_000, totalMs: 600_000 };
  const stage = makeScanStage({
    ...input,
    storage,
    remotes: {
      listRefs: () => Promise.resolve([]),
      fetch: () => {
        // The first part leaves time for one more, and the second would take all of it.
        nowMs += 350_000;
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
    budget,
  });
  const told = tellMove({
    ref: "refs/heads/main",
    before: zeros,
    after: head,
    atSeconds: nowMs / 1_000,
    facts: firstFacts,
  });
  await acceptEvent(
    storage,
    { ...input, delivery: "one", receivedAtMs: nowMs, source: "push" },
    { name: told.event, payload: told.payload, payloadSha256: "0".repeat(64) },
  );
  let slices: JsonObject | undefined = { commits: 2, tips: [], soFar: null, spentMs: 0 };
  for (;;) {
    nowMs += 1;
    const job = await storage.jobs.claim({ kinds: ["scan"], leaseMs: 3_600_000, worker: "test" });
    if (job === null) break;
    // As if it had taken more than its turn as a whole.
    const payload = slices === undefined ? job.payload : { ...job.payload, slices };
    slices = undefined;
    const result = await stage.run({ ...job, payload });
    await storage.transaction(async (stores) => {
      await stores.jobs.complete(job);
      await result.record?.(stores);
    });
  }
  const report = await storage.reports.get({ host: input.host, repositoryId }, head);
  expect(report?.account).toMatchObject({ tooLarge: 0 });
  expect(JSON.stringify(report?.account)).toContain(broken);
  expect(await storage.exposures.list()).toHaveLength(keys.length - 1);
  await storage.close();
});
