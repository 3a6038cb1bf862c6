import { resolveCommit } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import type { ReadLimits } from "@keywarden/repository-scan";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStorage, RepositoryId } from "@keywarden/storage";
import type { JudgeContext } from "../decisions/judge.ts";
import type { GitHub } from "../github/github.ts";
import type { Log } from "../log.ts";
import { beginAgain } from "../repositories/begin-again.ts";
import { fetchPush } from "../repositories/fetch-push.ts";
import { listShown } from "../repositories/list-shown.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import type { Remotes } from "../repositories/remotes.ts";
import { addressOf } from "../repositories/repository-address.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { scanJobSchema } from "./job-payloads.ts";
import type { Observation, ScanJob } from "./job-payloads.ts";
import { lookAt } from "./look.ts";
import { planPushRange } from "./push-range.ts";
import { reach } from "./reach.ts";
import { recordFound } from "./record-found.ts";
import { recordGivenUp } from "./record-given-up.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface ScanStageOptions {
  readonly storage: ExposureStorage;
  /** Accepts what GitHub delivered and nobody took; resolves when all of before the call is known. */
  readonly sweepDeliveries: () => Promise<void>;
  readonly remotes: Remotes;
  readonly github: Pick<GitHub, "findNewName">;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly judging: JudgeContext;
  readonly host: string;
  /** Absent: everything is read. */
  readonly limits?: ReadLimits | undefined;
  readonly log: Log;
}

/** Fetches what was observed, scans every object that was not scanned before, and tells what is new from what was there. */
export function makeScanStage(options: ScanStageOptions): Stage {
  const { storage, host } = options;
  return makeStage({
    kind: "scan",
    // Objects can be invisible for some seconds after the hook; later attempts outlast an outage of GitHub's.
    retry: { attempts: 14, firstDelayMs: 1_000, longestDelayMs: 300_000 },
    schema: scanJobSchema,
    run: async (job) => {
      const { push } = job;
      const startedAtMs = storage.now();
      const repository = { host, repositoryId: push.repository.id };
      if (planPushRange(push, []) === null) return {};
      const known = await storage.repositories.get(repository);
      // What was taken away is read no more; once it is given back, its refs are swept.
      if (known !== null && known.state !== "active") return {};
      const address = known === null ? describedAddress(push) : addressOf(known);
      return reach(options, repository, address, (at) => scanAt(options, repository, at, job, startedAtMs));
    },
    giveUp: ({ push }, code) => ({ record: (stores) => recordGivenUp(stores, host, push, code) }),
  });
}

async function scanAt(
  options: ScanStageOptions,
  repository: RepositoryId,
  address: RepositoryAddress,
  { push, inRefName, refSha256 }: ScanJob,
  startedAtMs: number,
): Promise<StageResult> {
  const { storage, remotes, log } = options;
  const baseline = await openBaseline(options, repository, () => remotes.listRefs(address));
  // Of what was scanned before its baseline was known, nobody noted which objects hold a key.
  const knownTips = baseline.judged === "never" ? [] : await storage.tips.list(repository);
  const plan = planPushRange(push, knownTips);
  if (plan === null) return {};
  const { tip, earlier } = plan;
  const others = [...baseline.tips, ...(earlier === null ? [] : [earlier])];
  const { mirror, lost } = await fetchPush((want) => remotes.fetch(address, want), {
    tips: [tip],
    others,
    known: knownTips,
  });
  const hasEarlier = earlier !== null && !lost.has(earlier);
  if (earlier !== null && !hasEarlier)
    log("warn", "the commits before this push are gone from the host and could not be scanned", {
      delivery: push.delivery,
    });
  const head = await resolveCommit(mirror, tip);
  const isAgain = push.source === "rerun" && head !== null;
  const scannedTips = isAgain ? await beginAgain(mirror, head, knownTips) : knownTips;
  const { found, provenance, scanned, isComplete } = await lookAt(options, {
    repositoryId: repository,
    mirror,
    baseline,
    lost,
    range: { ...plan.range(hasEarlier), exclude: scannedTips },
    scannedTips,
    head,
    tip,
    mayBeLoose: head === null,
    isNewRef: refSha256 !== undefined && !baseline.byRef.has(refSha256),
    inRefName: { keys: inRefName, by: `ref:${refSha256 ?? ""}`, ref: push.ref },
  });
  const { before, after, receivedAtMs, pushedAtMs = receivedAtMs } = push;
  // With a smaller baseline, earlier pushes turn out to have shown commits too.
  const pushes = baseline.judged === "other" ? await storage.provenance.listPushes(repository) : [];
  const shown = await listShown(
    mirror,
    provenance.introducers,
    [{ before, after, pushedAtMs, head }, ...pushes],
    baseline.tips,
  );
  log("info", `scanned ${scanned.objects} objects ${storage.now() - startedAtMs} ms`, {
    delivery: push.delivery,
    keys: found.length + scanned.notLookedUp,
    bytes: scanned.bytes,
  });
  return {
    record: async (stores) => {
      await recordFound(stores, options.judging, {
        repository,
        observation: push,
        // Nobody asked for a check of what was there before a ref was deleted.
        head: push.deleted ? null : head,
        scanned: { ...scanned, replacedGone: earlier !== null && !hasEarlier },
        found,
        provenance,
        shown,
      });
      // What was not read is asked for again with the next push.
      if (!isComplete) return;
      await provenance.record(stores.provenance);
      await stores.tips.add(repository, [tip, ...(hasEarlier && earlier !== null ? [earlier] : [])], plan);
    },
  };
}

const describedAddress = ({ repository, installationId }: Observation): RepositoryAddress => ({
  ...repository,
  installationId,
});
