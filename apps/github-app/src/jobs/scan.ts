import { join } from "node:path";
import { GitError, resolveCommit } from "@keywarden/git";
import { syncMirror } from "@keywarden/git/mirror";
import type { Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStorage, NewJob, Occurrence } from "@keywarden/storage";
import type { GitHub } from "../github/github.ts";
import type { Log } from "../log.ts";
import type { Origin } from "../policy.ts";
import { jobIds, scanJobSchema } from "./job-payloads.ts";
import type { Push, ScanJob, SeenKey, Work } from "./job-payloads.ts";
import { scanObjects } from "./object-scan.ts";
import { placeToPath } from "./place.ts";
import { planPushRange } from "./push-range.ts";
import type { PushRange } from "./push-range.ts";
import { reportJob } from "./report-job.ts";
import { isCandidate, seenKeyFrom } from "./seen-key.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface ScanStageOptions {
  readonly storage: ExposureStorage;
  readonly github: GitHub;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly mirrorsDirectory: string;
  readonly host: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

// A push with more candidates than this is noise made on purpose; what is left out is said in the report.
const keysPerPush = 2_000;
const placesPerKey = 200;
const fetchTimeoutMs = 120_000;

interface Sighted {
  readonly key: SeenKey;
  origin: Origin;
  readonly occurrences: Occurrence[];
}

/** Fetches what was pushed and scans every object that was not scanned before. */
export function makeScanStage(options: ScanStageOptions): Stage {
  const { storage, host, log } = options;
  return makeStage({
    kind: "scan",
    // Objects can be invisible for some seconds after the hook; later attempts outlast an outage of GitHub's.
    retry: { attempts: 14, firstDelayMs: 1_000, longestDelayMs: 300_000 },
    schema: scanJobSchema,
    run: async ({ push, inRefName }, job) => {
      const startedAtMs = storage.now();
      const repositoryId = { host, repositoryId: push.repository.id };
      const tips = await storage.tips.list(repositoryId);
      const plan = planPushRange(push, tips);
      if (plan === null) return { outcome: "done", followUps: [] };
      const { mirror, hasEarlier } = await fetchPush(options, push, plan);
      const head = await resolveCommit(mirror, plan.tip);
      const seen = makeSightings(head ?? plan.tip);
      for (const key of inRefName)
        seen.add(key, "push", { path: placeToPath({ in: "ref", ref: push.ref }), line: 1, column: 1 });
      const counts = { objects: 0, bytes: 0, lfsPointers: 0, archives: 0 };
      for (const range of plan.ranges(hasEarlier)) {
        for await (const found of scanObjects({ ...options, repository: mirror, range, counts })) {
          if (isCandidate(found.match)) seen.add(seenKeyFrom(found.match), range.origin, found);
        }
      }
      const sighted = seen.mostCertainFirst();
      const scanned = {
        ...counts,
        notLookedUp: Math.max(0, sighted.length - keysPerPush),
        replacedGone: plan.earlier !== null && !hasEarlier,
      };
      log("info", `scanned ${counts.objects} objects ${storage.now() - startedAtMs} ms`, {
        delivery: push.delivery,
        keys: sighted.length,
        bytes: counts.bytes,
      });
      const work: Work = { scanJob: job.id, push, head, scanned };
      const followUps = await recordAll(options, work, sighted.slice(0, keysPerPush));
      if (followUps.length === 0 && (await needsReport(options, work))) followUps.push(reportJob(work));
      return {
        outcome: "done",
        followUps,
        record: (stores) =>
          stores.tips.add(repositoryId, [plan.tip, ...(hasEarlier ? earlierOf(plan) : [])], plan),
      } satisfies StageResult;
    },
    giveUp: ({ push }, code) => [reportJob(givenUpWork(push), code)],
  });
}

async function fetchPush(
  { github, mirrorsDirectory, env, log }: ScanStageOptions,
  push: Push,
  plan: PushRange,
): Promise<{ readonly mirror: Repository; readonly hasEarlier: boolean }> {
  const remote = {
    directory: join(mirrorsDirectory, `${push.repository.id}.git`),
    url: github.cloneUrl(push.repository),
    authorization: await github.gitAuthorization(push),
    env,
    timeoutMs: fetchTimeoutMs,
  };
  const mirror = await syncMirror({ ...remote, want: [plan.tip] });
  if (plan.earlier === null) return { mirror, hasEarlier: false };
  try {
    await syncMirror({ ...remote, want: [plan.earlier] });
    return { mirror, hasEarlier: true };
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "GIT_OBJECT_MISSING") throw error;
    log("warn", "the commits before this push are gone from the host and could not be scanned", {
      delivery: push.delivery,
    });
    return { mirror, hasEarlier: false };
  }
}

function makeSightings(commit: string) {
  const byFingerprint = new Map<string, Sighted>();
  const certainty = { high: 0, medium: 1, low: 2 } as const;
  return {
    add(
      key: SeenKey,
      origin: Origin,
      place: { readonly path: string; readonly line: number; readonly column: number },
    ): void {
      const sighted = byFingerprint.get(key.fingerprint) ?? { key, origin, occurrences: [] };
      byFingerprint.set(key.fingerprint, sighted);
      // What a push brings counts, wherever else the key has been before.
      if (origin === "push") sighted.origin = "push";
      const { path, line, column } = place;
      if (sighted.occurrences.length < placesPerKey) sighted.occurrences.push({ commit, path, line, column });
    },
    mostCertainFirst: (): readonly Sighted[] =>
      [...byFingerprint.values()].sort((a, b) => certainty[a.key.confidence] - certainty[b.key.confidence]),
  };
}

async function recordAll(
  { storage, host }: ScanStageOptions,
  work: Work,
  sighted: readonly Sighted[],
): Promise<NewJob[]> {
  const repository = { host, repositoryId: work.push.repository.id };
  const jobs: NewJob[] = [];
  for (const { key, origin, occurrences } of sighted) {
    const { fingerprint, provider, kind, environment, label, redacted } = key;
    const { exposure } = await storage.exposures.record({
      repository,
      fingerprint,
      provider,
      kind,
      environment,
      label,
      redacted,
      occurrences,
    });
    const payload = { work, exposure: exposure.id, key, origin };
    jobs.push({ id: jobIds.confirm(work.scanJob, fingerprint), kind: "confirm", payload });
  }
  return jobs;
}

// A tag or branch on a commit that has its check run already brings nothing to say.
async function needsReport({ storage, github }: ScanStageOptions, work: Work): Promise<boolean> {
  if (work.head === null) return false;
  if (work.scanned.objects > 0) return true;
  return (await storage.checkpoints.get(github.externalId(work.push.repository, work.head))) === null;
}

function earlierOf({ earlier }: PushRange): readonly string[] {
  return earlier === null ? [] : [earlier];
}

function givenUpWork(push: ScanJob["push"]): Work {
  const none = { objects: 0, bytes: 0, lfsPointers: 0, archives: 0, notLookedUp: 0, replacedGone: false };
  return {
    scanJob: jobIds.scan(push.delivery),
    push,
    head: push.deleted ? push.before : push.after,
    scanned: none,
  };
}
