import { partitionPresent } from "@keywarden/git";
import { countOf } from "@keywarden/key-format";
import type { ExposureStores, RepositoryId } from "@keywarden/storage";
import { reportJob, scannedSchema } from "../jobs/job-payloads.ts";
import { lookAt } from "../jobs/look.ts";
import { reach } from "../jobs/reach.ts";
import { recordFound } from "../jobs/record-found.ts";
import type { ScanStageOptions } from "../scanning/scan-stage-options.ts";
import { makeStage } from "../jobs/stage.ts";
import type { Stage, StageResult } from "../jobs/stage.ts";
import { fetchPush } from "../repositories/fetch-push.ts";
import { listShown } from "../repositories/list-shown.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import { addressOf } from "../repositories/repository-address.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { backfillSchema } from "./sweep-jobs.ts";

/**
 * Scans the history of a repository, which the App was given with it: what it holds becomes exposures that decisions are
 * taken about, with no check run on old commits.
 */
export function makeBackfillStage(options: ScanStageOptions): Stage {
  const { storage } = options;
  return makeStage({
    kind: "backfill",
    // Nobody waits for it: a day, in which the host may be down for long.
    retry: { attempts: 100, firstDelayMs: 1_000, longestDelayMs: 900_000 },
    schema: backfillSchema,
    run: async ({ host, repositoryId, again }) => {
      const repository = { host, repositoryId };
      const known = await storage.repositories.get(repository);
      if (known === null || known.state !== "active") return {};
      return reach(options, repository, addressOf(known), (at) => backfillAt(options, repository, at, again));
    },
  });
}

async function backfillAt(
  options: ScanStageOptions,
  repository: RepositoryId,
  address: RepositoryAddress,
  again: boolean,
): Promise<StageResult> {
  const { storage, remotes, log } = options;
  const startedAtMs = storage.now();
  const baseline = await openBaseline(options, repository, () => remotes.listRefs(address));
  const knownTips = baseline.judged === "never" ? [] : await storage.tips.list(repository);
  const { mirror, lost } = await fetchPush((want) => remotes.fetch(address, want), {
    tips: [],
    others: baseline.tips,
  });
  const scannedTips = again ? [] : knownTips;
  const history = baseline.tips.filter((tip) => !lost.has(tip));
  const { present, missing } = await partitionPresent(mirror, again ? knownTips : []);
  const include = [...history, ...present];
  const looked = await lookAt(options, {
    repositoryId: repository,
    mirror,
    baseline,
    lost,
    range: { include, exclude: scannedTips },
    scannedTips,
    head: null,
    tip: include[0] ?? "",
    // Each of them is a tip of the baseline, or was looked at when it was pushed.
    mayBeLoose: false,
    readsAgain: again,
    isNewRef: false,
    inRefName: { keys: [], by: "", ref: "" },
  });
  const { found, provenance, scanned, isComplete } = looked;
  const pushes = baseline.judged === "other" ? await storage.provenance.listPushes(repository) : [];
  const shown = await listShown(mirror, provenance.introducers, pushes, baseline.tips);
  const { repositoryId } = repository;
  log("info", `scanned ${scanned.objects} objects of the history ${storage.now() - startedAtMs} ms`, {
    repositoryId,
    keys: found.length + scanned.notLookedUp,
    bytes: scanned.bytes,
  });
  // No check tells of them, as nobody reads one on an old commit.
  if (scanned.tooLarge > 0)
    log("warn", `${countOf(scanned.tooLarge, "file")} of the history beyond the limits, not scanned`, {
      repositoryId,
    });
  return {
    record: async (stores) => {
      const source = "backfill";
      await recordFound(stores, options.judging, {
        repository,
        observation: {
          source,
          delivery: `${source}-${repositoryId}`,
          pusher: "unknown",
          receivedAtMs: startedAtMs,
        },
        head: null,
        scanned: { ...scanned, replacedGone: false },
        found,
        provenance,
        shown,
      });
      if (isComplete) {
        await provenance.record(stores.provenance);
        await stores.tips.add(repository, history);
      }
      const isAllRead = isComplete && scanned.tooLarge === 0 && missing.length === 0 && lost.size === 0;
      if (again && isAllRead) await reportAsRead(stores, repository);
      await stores.repositories.setBackfilled(repository, startedAtMs);
    },
  };
}

/** Lets no report say any more that something is too large, once all of the repository was read. */
async function reportAsRead(
  { reports, jobs }: Pick<ExposureStores, "reports" | "jobs">,
  repository: RepositoryId,
): Promise<void> {
  for (const { commit, account } of await reports.list(repository)) {
    const read = scannedSchema.safeParse(account);
    if (!read.success || read.data.tooLarge === 0) continue;
    await reports.record(repository, commit, { account: { ...read.data, tooLarge: 0, notScanned: [] } });
    await jobs.enqueue(reportJob(repository, commit));
  }
}
