import { join } from "node:path";
import { GitError, resolveCommit } from "@keywarden/git";
import { listRemoteRefs } from "@keywarden/git/mirror";
import type { MirrorOptions } from "@keywarden/git/mirror";
import type { ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStorage, NewJob } from "@keywarden/storage";
import type { GitHub } from "../github/github.ts";
import type { Log } from "../log.ts";
import type { Provenance } from "../policy.ts";
import { fetchPush } from "../repositories/fetch-push.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import { jobIds, scanJobSchema } from "./job-payloads.ts";
import type { Push, ScanJob, Work } from "./job-payloads.ts";
import { scanObjects } from "./object-scan.ts";
import type { ScanCounts } from "./object-scan.ts";
import { placeToPath } from "./place.ts";
import { planPushRange } from "./push-range.ts";
import { reportJob } from "./report-job.ts";
import { makeFoundKeys } from "./found-keys.ts";
import type { FoundKey } from "./found-keys.ts";
import { tellProvenance } from "./tell-provenance.ts";
import type { ToldProvenance } from "./tell-provenance.ts";
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
const fetchTimeoutMs = 120_000;

/** Fetches what was pushed, scans every object that was not scanned before, and tells what is new from what was there. */
export function makeScanStage(options: ScanStageOptions): Stage {
  const { storage, host, log } = options;
  return makeStage({
    kind: "scan",
    // Objects can be invisible for some seconds after the hook; later attempts outlast an outage of GitHub's.
    retry: { attempts: 14, firstDelayMs: 1_000, longestDelayMs: 300_000 },
    schema: scanJobSchema,
    run: async ({ push, inRefName, refSha256 }, job) => {
      const startedAtMs = storage.now();
      const repository = { host, repositoryId: push.repository.id };
      if (planPushRange(push, []) === null) return { outcome: "done", followUps: [] };
      const remote = await remoteOf(options, push);
      const baseline = await openBaseline(storage, repository, () => listRemoteRefs(remote));
      // Of what was scanned before its baseline was known, nobody noted which objects hold a key.
      const scannedTips = baseline.judged === "never" ? [] : await storage.tips.list(repository);
      const plan = planPushRange(push, scannedTips);
      if (plan === null) return { outcome: "done", followUps: [] };
      const { tip, earlier } = plan;
      const others = [...baseline.tips, ...(earlier === null ? [] : [earlier])];
      const { mirror, lost } = await fetchPush(remote, { tip, others });
      const hasEarlier = earlier !== null && !lost.has(earlier);
      if (earlier !== null && !hasEarlier)
        log("warn", "the commits before this push are gone from the host and could not be scanned", {
          delivery: push.delivery,
        });
      const head = await resolveCommit(mirror, tip);
      const counts = { objects: 0, bytes: 0, lfsPointers: 0, archives: 0, unread: [] as string[] };
      const scan = { ...options, repository: mirror, counts };
      const seen = makeFoundKeys(head ?? tip);
      for (const key of inRefName)
        seen.add(key, { path: placeToPath({ in: "ref", ref: push.ref }), line: 1, column: 1 });
      const pushed = plan.range(hasEarlier);
      for await (const found of scanObjects({ ...scan, range: pushed })) seen.addFound(found);

      const telling = tellProvenance({
        ...scan,
        storage,
        repositoryId: repository,
        baseline,
        lost,
        seen,
        pushed,
        scannedTips,
        isCommit: head !== null,
        isNewRef: refSha256 !== undefined && !baseline.byRef.has(refSha256),
        inRefName: { keys: inRefName, by: `ref:${refSha256 ?? ""}` },
      });
      const provenance = await whereReadable(telling, counts);
      const found = seen.mostCertainFirst();
      const scanned = {
        ...counts,
        unread: shortened(counts.unread),
        notLookedUp: Math.max(0, found.length - keysPerPush),
        replacedGone: earlier !== null && !hasEarlier,
      };
      log("info", `scanned ${counts.objects} objects ${storage.now() - startedAtMs} ms`, {
        delivery: push.delivery,
        keys: found.length,
        bytes: counts.bytes,
      });
      const work: Work = { scanJob: job.id, push, head, scanned };
      const followUps = await recordAll(options, work, found.slice(0, keysPerPush), provenance.of);
      if (followUps.length === 0 && (await needsReport(options, work))) followUps.push(reportJob(work));
      return {
        outcome: "done",
        followUps,
        record: async (stores) => {
          // What was not read is asked for again with the next push.
          if (counts.unread.length > 0) return;
          await provenance.record(stores.provenance);
          await stores.tips.add(
            repository,
            [tip, ...(hasEarlier && earlier !== null ? [earlier] : [])],
            plan,
          );
        },
      } satisfies StageResult;
    },
    giveUp: ({ push }, code) => [reportJob(givenUpWork(push), code)],
  });
}

// A damaged history can say nothing of where a key came from; the keys that were found are looked up all the same.
async function whereReadable(
  telling: Promise<ToldProvenance>,
  { unread }: ScanCounts,
): Promise<ToldProvenance> {
  try {
    return await telling;
  } catch (error) {
    if (unread.length === 0 || !(error instanceof GitError)) throw error;
    return { of: () => "unknown", record: async () => {} };
  }
}

const unreadShown = 20;

const shortened = (unread: readonly string[]): string[] =>
  unread.length <= unreadShown
    ? [...unread]
    : [...unread.slice(0, unreadShown), `and ${unread.length - unreadShown} more`];

async function remoteOf(
  { github, mirrorsDirectory, env }: ScanStageOptions,
  push: Push,
): Promise<Omit<MirrorOptions, "want">> {
  return {
    directory: join(mirrorsDirectory, `${push.repository.id}.git`),
    url: github.cloneUrl(push.repository),
    authorization: await github.gitAuthorization(push),
    env,
    timeoutMs: fetchTimeoutMs,
  };
}

async function recordAll(
  { storage, host }: ScanStageOptions,
  work: Work,
  found: readonly FoundKey[],
  provenanceOf: (fingerprint: string) => Provenance,
): Promise<NewJob[]> {
  const repository = { host, repositoryId: work.push.repository.id };
  const jobs: NewJob[] = [];
  for (const { key, occurrences } of found) {
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
    const payload = { work, exposure: exposure.id, key, provenance: provenanceOf(fingerprint) };
    jobs.push({ id: jobIds.confirm(work.scanJob, fingerprint), kind: "confirm", payload });
  }
  return jobs;
}

// A tag or branch on a commit that has its check run already brings nothing to say.
async function needsReport({ storage, github }: ScanStageOptions, work: Work): Promise<boolean> {
  if (work.head === null) return false;
  if (work.scanned.objects > 0 || work.scanned.unread.length > 0) return true;
  return (await storage.checkpoints.get(github.externalId(work.push.repository, work.head))) === null;
}

function givenUpWork(push: ScanJob["push"]): Work {
  const none = {
    objects: 0,
    bytes: 0,
    lfsPointers: 0,
    archives: 0,
    notLookedUp: 0,
    replacedGone: false,
    unread: [],
  };
  return {
    scanJob: jobIds.scan(push.delivery),
    push,
    head: push.deleted ? push.before : push.after,
    scanned: none,
  };
}
