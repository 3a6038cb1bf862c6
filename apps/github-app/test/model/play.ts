import { randomUUID } from "node:crypto";
import { openMirror } from "@keywarden/git/mirror";
import { aforo, fingerprint } from "@keywarden/key-format";
import { openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage, Job } from "@keywarden/storage";
import { makeClock, makeKey, sha256 } from "@keywarden/testing";
import type { TestClock, TestRepository } from "@keywarden/testing";
import { acceptEvent } from "../../src/inputs/accept-event.ts";
import { reduceFailure } from "../../src/jobs/failure.ts";
import { nextDelayMs } from "../../src/jobs/stage.ts";
import type { Stage, StageResult } from "../../src/jobs/stage.ts";
import { sweepRefsJob, sweepRefsKind } from "../../src/sweeps/sweep-jobs.ts";
import { makeFakeHost } from "./fake-host.ts";
import type { FakeDelivery, FakeHost } from "./fake-host.ts";
import { fateOf } from "./outcome-of-key.ts";
import { makeFakeProvider } from "./fake-provider.ts";
import { makeFuse } from "./fuse.ts";
import type { Fuse } from "./fuse.ts";
import type { Played } from "./played.ts";
import { input, makeStages } from "./stages.ts";
import { repositoryId, tellChange, tellMade, tellMove } from "./tell-move.ts";
import { isLeaving, isReturn } from "./world.ts";
import type { Action, Change, World } from "./world.ts";
import { commitsOf } from "./commits-of.ts";
import { writeCommits } from "./write-commits.ts";

const { host } = input;
const zeros = "0".repeat(40);
/** GitHub waits so long for an answer; then the delivery is listed as failed. */
const longestAnswerMs = 10_000;

export interface PlayOptions {
  /** How pushes are looked at that wait for their turn; in turns either way unless given. */
  readonly looks?: "together" | "one-by-one" | "either";
  /** Whether the mirror knows what it did not have at first, so that git is not asked for what follows from that; unless given, not. */
  readonly notesArrivals?: boolean;
  /** Of the storage; in memory unless given. */
  readonly path?: string;
}

/**
 * Plays a world to its end with the App's own stages over real git objects; only what lies outside of the process is made up.
 * Worlds can share the bare repository: their keys follow from what they are, and so do the objects that hold them.
 */
export async function play(
  world: World,
  origin: TestRepository,
  { looks = "either", path = ":memory:", notesArrivals = false }: PlayOptions = {},
): Promise<Played> {
  const clock = makeClock();
  const storage = await openExposureStorage({ path, clock });
  try {
    const secrets = world.keys.map(({ environment }, index) =>
      makeKey(aforo, { kind: "secret", environment }, seedOf(world) + index),
    );
    const ids = writeCommits(origin.path, commitsOf(world, secrets, 1_700_000_000));
    const fuse = makeFuse();
    const fakeHost = makeFakeHost(openMirror(origin.path, origin.env), fuse, clock, notesArrivals);
    const apis = makeFakeProvider(world, secrets, fuse);
    const stages = makeStages(storage, fakeHost, apis);
    const player = makePlayer({ world, ids, clock, storage, fakeHost, stages, fuse, looks });
    await player.begin();
    for (const action of world.actions) await player.act(action);
    await player.finish();
    return {
      fates: await Promise.all(
        secrets.map((secret) => fateOf(storage, fingerprint(secret.reveal(), sha256))),
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

function makePlayer({
  world,
  ids,
  clock,
  storage,
  fakeHost,
  stages,
  fuse,
  looks,
}: {
  readonly looks: NonNullable<PlayOptions["looks"]>;
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

  const send = (told: Pick<FakeDelivery, "event" | "payload">, isOnItsWay: boolean): FakeDelivery => {
    const listedFromMs = clock() + (isOnItsWay ? longestAnswerMs : 0);
    const delivery = { guid: randomUUID(), listedFromMs, ...told };
    pushes.push(delivery);
    return delivery;
  };
  /** Has the refs read that are there when the App is given the repository: what it never saw before is no news later. */
  const lookFirst = async (): Promise<void> => {
    fakeHost.setLagging(false);
    await learn();
    // Who has it since a transfer is known then, too: nobody else may read it.
    for (const told of pushes)
      if (!delivered.has(told) && told.event.startsWith("repository")) await deliver(told);
    for (let looks = 0; looks < 2; looks += 1) {
      await sweep();
      await work([sweepRefsKind], { killAt: null, isDone: false, overlaps: false });
    }
  };
  const change = async ({ life }: Change): Promise<void> => {
    const before = fakeHost.facts;
    if (isInstalled && isLeaving(life)) await lookFirst();
    if (life === "delete") {
      // Nothing of it can be read afterwards, so it is known what the App can have seen.
      await settle();
      await comeToRest();
    }
    fakeHost.change(life);
    const sent = tellChange(life, before, fakeHost.facts, atSeconds).map((told) => send(told, false));
    if (!isReturn(life)) return;
    // What the refs name now is looked at before they move again: so it is known what the App can have seen.
    fakeHost.setLagging(false);
    for (const delivery of sent) await deliver(delivery);
    await drain();
    atSeconds = Math.max(atSeconds, Math.ceil(clock() / 1_000)) + 1;
    clock.set(atSeconds * 1_000);
  };
  const move = async (): Promise<void> => {
    const next = world.moves[moved];
    if (next === undefined) return;
    moved += 1;
    atSeconds += next.afterMs / 1_000;
    clock.set(Math.max(clock(), atSeconds * 1_000));
    if ("life" in next) return change(next);
    const { ref, to, isOnItsWay, isSilent } = next;
    const before = refs.get(ref) ?? zeros;
    const after = to === null ? zeros : (ids[to] ?? zeros);
    fakeHost.move(ref, to === null ? null : after);
    const { installationId, isSuspended } = fakeHost.facts;
    if (!isInstalled || installationId === null || isSuspended || isSilent === true) return;
    send(tellMove({ ref, before, after, atSeconds, facts: fakeHost.facts }), isOnItsWay);
  };
  const deliver = async (push: FakeDelivery | undefined): Promise<void> => {
    if (push === undefined) return;
    delivered.add(push);
    push.listedFromMs = Math.min(push.listedFromMs, clock());
    const context = { ...input, delivery: push.guid, receivedAtMs: storage.now() };
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
  const lease = { leaseMs: 3_600_000, worker: "model" };
  const claim = (kinds: readonly string[]) => storage.jobs.claim({ kinds, ...lease });
  // What waits for its turn is looked at together as often as one by one.
  let isTogether = false;
  const claimOthers = async (stage: Stage, { kind, group }: Job): Promise<readonly Job[]> => {
    isTogether = looks === "together" || (looks === "either" && !isTogether);
    if (!isTogether || stage.together === undefined || group === null) return [];
    return storage.jobs.claimGroup({ kind, group, limit: 100, ...lease });
  };
  const runTogether = async (stage: Stage, jobs: readonly Job[]): Promise<number | null> => {
    try {
      const results = (await stage.together?.(jobs)) ?? [];
      await storage.transaction(async (stores) => {
        for (const [index, result] of results.entries()) {
          const job = jobs[index];
          if (job !== undefined && (await stores.jobs.complete(job)).ok) await result.record?.(stores);
        }
      });
      return results.length;
    } catch {
      return null;
    }
  };
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
    const left = [job, ...(overlaps ? [] : await claimOthers(stage, job))];
    if (killAt !== null) fuse.light(killAt, isDone);
    try {
      if (killAt !== null) {
        await (left.length > 1 ? stage.together?.(left) : stage.run(job));
        // A process that outlives all of its calls dies before it records what came of them.
        throw new Error("killed");
      }
      let isApart = false;
      for (let [next] = left; next !== undefined; [next] = left) {
        const count: number | null = isApart || left.length === 1 ? 0 : await runTogether(stage, left);
        isApart ||= count === null;
        if ((count ?? 0) === 0) await workAlone(stage, next, overlaps);
        left.splice(0, Math.max(1, count ?? 0));
      }
    } catch (error) {
      if (killAt === null) throw error;
      for (const one of left) await storage.jobs.retry(one, { delayMs: 0, errorCode: "KILLED" });
    } finally {
      fuse.remove();
    }
    return true;
  };
  const workAlone = async (stage: Stage, job: Job, overlaps: boolean): Promise<void> => {
    try {
      const result = await stage.run(job);
      if (overlaps) pending = { job, result };
      else await record(job, result);
    } catch (error) {
      await fail(stage, job, error);
    }
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
  /** Works on the first kind, of all from one on, of which something is due. */
  const workFrom = async (first: number, how: Parameters<typeof work>[1]): Promise<void> => {
    for (const offset of kinds.keys())
      if (await work([kinds[(first + offset) % kinds.length] ?? ""], how)) return;
  };
  const deaths = (world.deaths ?? []).values();
  let death = deaths.next().value;
  let sinceDeath = 0;
  const drain = async (): Promise<void> => {
    for (let steps = 0; steps < 2_000; steps += 1) {
      const dies = death !== undefined && sinceDeath >= death.after;
      const { killAt, isDone } = dies && death !== undefined ? death : { killAt: null, isDone: false };
      if (await work(kinds, { killAt, isDone, overlaps: false })) {
        sinceDeath = dies ? 0 : sinceDeath + 1;
        if (dies) death = deaths.next().value;
        continue;
      }
      const dueAtMs = await storage.jobs.nextDueAtMs(kinds);
      if (dueAtMs === null) return;
      clock.set(Math.max(clock(), dueAtMs));
    }
    throw new Error("the work does not come to an end");
  };
  const begin = async (): Promise<void> => {
    for (let index = 0; index < world.installedAfter; index += 1) await move();
    isInstalled = true;
    if (world.isMade === true) send(tellMade(fakeHost.facts, atSeconds), false);
  };
  let isKnown = false;
  const learn = async (): Promise<void> => {
    if (isKnown) return;
    isKnown = true;
    await storage.repositories.learn(
      { host, repositoryId },
      { ...fakeHost.facts, installationId: fakeHost.facts.installationId ?? 1, atMs: null },
    );
  };
  /** Lets all that was lost be found by sweeps, and all work come to its end. */
  const comeToRest = async (): Promise<void> => {
    fakeHost.setLagging(false);
    clock.advance(1);
    await learn();
    await sweep();
    for (const push of pushes) if (!delivered.has(push)) await deliver(push);
    await drain();
    await sweep();
    await drain();
  };
  return {
    begin,
    async act(action: Action): Promise<void> {
      clock.advance(1);
      const before = pending;
      switch (action.do) {
        case "move":
          await move();
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
          await workFrom(action.kind, { ...action, overlaps: false });
          break;
        case "overlap":
          if (pending === null) await workFrom(action.kind, { killAt: null, isDone: false, overlaps: true });
          break;
      }
      if (before !== null) await settle();
    },
    async finish(): Promise<void> {
      await settle();
      while (moved < world.moves.length) await move();
      await comeToRest();
    },
  };
}
