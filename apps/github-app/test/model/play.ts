import { randomUUID } from "node:crypto";
import { openMirror } from "@keywarden/git/mirror";
import { aforo, fingerprint } from "@keywarden/key-format";
import type { Secret } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import { openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage, Job } from "@keywarden/storage";
import { makeClock, makeKey, sha256 } from "@keywarden/testing";
import type { TestClock, TestRepository } from "@keywarden/testing";
import type { JudgeContext } from "../../src/decisions/judge.ts";
import { acceptEvent } from "../../src/inputs/accept-event.ts";
import { makeConfirmStage } from "../../src/jobs/confirm.ts";
import { makeDeadlineStage } from "../../src/jobs/deadline.ts";
import { reduceFailure } from "../../src/jobs/failure.ts";
import { sweptScanKind } from "../../src/jobs/job-payloads.ts";
import { makeReportStage } from "../../src/jobs/report.ts";
import { makeRevokeStage } from "../../src/jobs/revoke.ts";
import { makeScanStage } from "../../src/jobs/scan.ts";
import { nextDelayMs } from "../../src/jobs/stage.ts";
import type { Stage, StageResult } from "../../src/jobs/stage.ts";
import type { ProviderApis } from "../../src/provider-apis.ts";
import { makeRevokeGate } from "../../src/revoke-gate.ts";
import { makeBackfillStage } from "../../src/sweeps/backfill.ts";
import { sweepDeliveries } from "../../src/sweeps/sweep-deliveries.ts";
import { sweepRefsJob } from "../../src/sweeps/sweep-jobs.ts";
import { makeSweepRefsStage } from "../../src/sweeps/sweep-refs.ts";
import { makeFakeHost } from "./fake-host.ts";
import type { FakeDelivery, FakeHost } from "./fake-host.ts";
import { makeFakeProvider } from "./fake-provider.ts";
import { makeFuse } from "./fuse.ts";
import type { Fuse } from "./fuse.ts";
import type { Fate } from "./reference-model.ts";
import type { Action, World } from "./world.ts";
import { repositoryId, tellMove } from "./tell-move.ts";
import { writeCommits } from "./write-commits.ts";

/** What the App arrived at. */
export interface Played {
  readonly fates: readonly Fate[];
  readonly host: FakeHost;
  readonly secrets: readonly Secret[];
  /** Ids by place in the plan. */
  readonly ids: readonly string[];
  readonly revokeCalls: readonly number[];
  readonly buried: readonly Job[];
}

const host = "github.test";
const zeros = "0".repeat(40);
/** GitHub waits so long for an answer; then the delivery is listed as failed. */
const longestAnswerMs = 10_000;
const noLog = (): void => {};
const providers = [aforo];
const scanner = scannerFor(providers);

/**
 * Plays a world to its end with the App's own stages over real git objects; only what lies outside of the process is made up.
 * Worlds can share the bare repository: their keys follow from what they are, and so do the objects that hold them.
 */
export async function play(world: World, origin: TestRepository): Promise<Played> {
  const clock = makeClock();
  const storage = await openExposureStorage({ path: ":memory:", clock });
  try {
    const secrets = world.keys.map(({ environment }, index) =>
      makeKey(aforo, { kind: "secret", environment }, seedOf(world) + index),
    );
    const ids = writeCommits(
      origin.path,
      world.commits.map((commit, index) => ({
        parents: commit.parents,
        files: new Map(
          [...commit.files].map(([path, { key, version }]) => [
            path,
            `KEY=${secrets[key]?.reveal() ?? ""}\n# ${version}\n`,
          ]),
        ),
        message:
          commit.inMessage === null ? `commit ${index}` : `with ${secrets[commit.inMessage]?.reveal() ?? ""}`,
        atSeconds: 1_700_000_000 + index,
      })),
    );
    const fuse = makeFuse();
    const fakeHost = makeFakeHost(openMirror(origin.path, origin.env), fuse, clock);
    const apis = makeFakeProvider(world, secrets, fuse);
    const stages = makeStages(storage, fakeHost, apis);
    const player = makePlayer({ world, ids, clock, storage, fakeHost, stages, fuse });
    for (const action of world.actions) await player.act(action);
    await player.finish();
    const decisions = await Promise.all(
      secrets.map(async (secret) => {
        const [exposure] = await storage.exposures.listByFingerprint(fingerprint(secret.reveal(), sha256));
        return exposure === undefined ? null : storage.decisions.get(exposure.id);
      }),
    );
    return {
      fates: decisions.map((decision) =>
        decision === null
          ? "unseen"
          : decision.state === "reported" || decision.state === "revoked"
            ? (decision.reason as Fate)
            : (`${decision.state}: ${decision.reason}` as Fate),
      ),
      host: fakeHost,
      secrets,
      ids,
      revokeCalls: apis.revokeCalls,
      buried: await storage.jobs.listBuried(),
    };
  } finally {
    await storage.close();
  }
}

// The same world has the same keys whenever it is played.
function seedOf(world: World): number {
  const text = JSON.stringify(world, (_, value: unknown) => (value instanceof Map ? [...value] : value));
  return Number.parseInt(sha256(text).slice(0, 7), 16) * 16;
}

function makeStages(
  storage: ExposureStorage,
  { remotes, github }: FakeHost,
  apis: ProviderApis,
): readonly Stage[] {
  const input = { host, appId: 1, scanner, providers };
  const judging: JudgeContext = { mode: "armed", history: "report", ownTokens: new Set() };
  const scanning = {
    storage,
    remotes,
    github,
    scanner,
    providers,
    judging,
    host,
    log: noLog,
    sweepDeliveries: () => sweepDeliveries({ storage, github, input, log: noLog }),
    listedAfterMs: 15_000,
  };
  const gate = makeRevokeGate({
    config: {
      mode: "armed",
      killSwitch: false,
      breaker: { revocations: 1_000, windowMs: 600_000, share: null },
    },
    dataDirectory: "/without-files",
    storage,
    countLive: apis.countLive,
  });
  const scan = makeScanStage(scanning);
  return [
    scan,
    makeConfirmStage({ storage, apis, judging, log: noLog }),
    makeRevokeStage({ storage, apis, judging, gate, log: noLog }),
    makeReportStage({
      storage,
      github: github as never,
      providers,
      asked: apis.names,
      mode: "armed",
      log: noLog,
    }),
    { ...scan, kind: sweptScanKind },
    makeBackfillStage(scanning),
    makeSweepRefsStage(scanning),
    makeDeadlineStage(),
  ];
}

function makePlayer({
  world,
  ids,
  clock,
  storage,
  fakeHost,
  stages,
  fuse,
}: {
  readonly world: World;
  readonly ids: readonly string[];
  readonly clock: TestClock;
  readonly storage: ExposureStorage;
  readonly fakeHost: FakeHost;
  readonly stages: readonly Stage[];
  readonly fuse: Fuse;
}) {
  const { refs } = fakeHost;
  const pushes = fakeHost.deliveries;
  const delivered = new Set<FakeDelivery>();
  let moved = 0;
  let isInstalled = false;
  let atSeconds = Math.ceil(clock() / 1_000);

  const move = (): void => {
    const next = world.moves[moved];
    if (next === undefined) return;
    const { ref, to, afterMs, isOnItsWay } = next;
    atSeconds += afterMs / 1_000;
    clock.set(Math.max(clock(), atSeconds * 1_000));
    const before = refs.get(ref) ?? zeros;
    const after = to === null ? zeros : (ids[to] ?? zeros);
    fakeHost.move(ref, to === null ? null : after);
    moved += 1;
    if (!isInstalled) return;
    pushes.push({
      guid: randomUUID(),
      listedFromMs: clock() + (isOnItsWay ? longestAnswerMs : 0),
      ...tellMove({ ref, before, after, atSeconds, name: fakeHost.name }),
    });
  };
  const deliver = async (push: FakeDelivery | undefined): Promise<void> => {
    if (push === undefined) return;
    delivered.add(push);
    push.listedFromMs = Math.min(push.listedFromMs, clock());
    const context = { host, appId: 1, scanner, providers, delivery: push.guid, receivedAtMs: storage.now() };
    const event = { name: push.event, payload: push.payload, payloadSha256: sha256(push.guid) };
    await acceptEvent(storage, { ...context, source: "push" }, event);
  };
  const sweep = () => storage.jobs.enqueue(sweepRefsJob({ host, repositoryId }));

  let pending: { readonly job: Job; readonly result: StageResult } | null = null;
  const settle = async (): Promise<void> => {
    if (pending === null) return;
    const { job, result } = pending;
    pending = null;
    await record(job, result);
  };
  const record = (job: Job, result: StageResult): Promise<void> =>
    storage.transaction(async (stores) => {
      const completed = await stores.jobs.complete(job);
      if (completed.ok) await result.record?.(stores);
    });
  const claim = (kinds: readonly string[]) =>
    storage.jobs.claim({ kinds, leaseMs: 3_600_000, worker: "model" });
  const work = async (
    kinds: readonly string[],
    {
      killAt,
      isDone,
      overlaps,
    }: { readonly killAt: number | null; readonly isDone: boolean; readonly overlaps: boolean },
  ): Promise<boolean> => {
    const job = await claim(kinds);
    const stage = stages.find(({ kind }) => kind === job?.kind);
    if (job === null || stage === undefined) return false;
    if (killAt !== null) fuse.light(killAt, isDone);
    try {
      const result = await stage.run(job);
      // A process that outlives all of its calls dies before it records what came of them.
      if (killAt !== null) throw new Error("killed");
      if (overlaps) pending = { job, result };
      else await record(job, result);
    } catch (error) {
      if (killAt !== null) await storage.jobs.retry(job, { delayMs: 0, errorCode: "KILLED" });
      else await fail(stage, job, error);
    } finally {
      fuse.remove();
    }
    return true;
  };
  const fail = async (stage: Stage, job: Job, error: unknown): Promise<void> => {
    const { code, retryAfterMs, isFinal } = reduceFailure(error);
    if (code === "APP_UNEXPECTED") throw error;
    const delayMs = isFinal ? null : nextDelayMs(stage.retry, job.attempt, retryAfterMs);
    if (delayMs !== null) await storage.jobs.retry(job, { delayMs, errorCode: code });
    else
      await storage.transaction(async (stores) => {
        await stores.jobs.bury(job, code);
        await stage.giveUp(job, code).record?.(stores);
      });
  };

  const kinds = stages.map(({ kind }) => kind);
  for (let index = 0; index < world.installedAfter; index += 1) move();
  isInstalled = true;
  let isKnown = false;
  const learn = async (): Promise<void> => {
    if (isKnown) return;
    isKnown = true;
    await storage.repositories.learn(
      { host, repositoryId },
      { owner: "acme", name: fakeHost.name, installationId: 1, isPrivate: true, atMs: null },
    );
  };
  return {
    async act(action: Action): Promise<void> {
      clock.advance(1);
      const before = pending;
      switch (action.do) {
        case "move":
          move();
          break;
        case "deliver":
          await deliver(pushes[action.which % Math.max(1, pushes.length)]);
          break;
        case "sweep":
          await learn();
          await sweep();
          break;
        case "rename":
          fakeHost.rename();
          break;
        case "lag":
          fakeHost.setLagging(action.isLagging);
          break;
        case "work":
          await work([kinds[action.kind % kinds.length] ?? ""], { ...action, overlaps: false });
          break;
        case "overlap":
          if (pending === null)
            await work([kinds[action.kind % kinds.length] ?? ""], {
              killAt: null,
              isDone: false,
              overlaps: true,
            });
          break;
      }
      if (before !== null) await settle();
    },
    /** Lets all that was lost be found by sweeps, and all work come to its end. */
    async finish(): Promise<void> {
      await settle();
      fakeHost.setLagging(false);
      while (moved < world.moves.length) move();
      clock.advance(1);
      await learn();
      const drain = async (): Promise<void> => {
        for (let steps = 0; steps < 2_000; steps += 1) {
          if (await work(kinds, { killAt: null, isDone: false, overlaps: false })) continue;
          const dueAtMs = await storage.jobs.nextDueAtMs(kinds);
          if (dueAtMs === null) return;
          clock.set(Math.max(clock(), dueAtMs));
        }
        throw new Error("the work does not come to an end");
      };
      await sweep();
      for (const push of pushes) if (!delivered.has(push)) await deliver(push);
      await drain();
      await sweep();
      await drain();
    },
  };
}
