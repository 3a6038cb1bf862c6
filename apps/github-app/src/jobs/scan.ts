import { resolveCommit } from "@keywarden/git";
import type { Job, RepositoryId } from "@keywarden/storage";
import { listWaitingTips } from "../repositories/list-waiting-tips.ts";
import { beginAgain } from "../repositories/begin-again.ts";
import { fetchPush } from "../repositories/fetch-push.ts";
import { listShown } from "../repositories/list-shown.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import { addressOf } from "../repositories/repository-address.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { scanJobSchema } from "./job-payloads.ts";
import type { Observation, ScanJob } from "./job-payloads.ts";
import { addScanned, continuedScan, cutSmaller, nextSlice } from "../scanning/slices.ts";
import type { ScanStageOptions } from "../scanning/scan-stage-options.ts";
import { scanTogether } from "../scanning/scan-together.ts";
import { beginTurn, TurnOver } from "../scanning/turn.ts";
import { lookAt } from "./look.ts";
import type { Looked } from "./look.ts";
import { putOff } from "./put-off.ts";
import { planPushRange } from "./push-range.ts";
import { reach } from "./reach.ts";
import { recordFound } from "./record-found.ts";
import { recordGivenUp } from "./record-given-up.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

/** Fetches what was observed, scans every object that was not scanned before, and tells what is new from what was there. */
export function makeScanStage(options: ScanStageOptions): Stage {
  const { storage, host } = options;
  return makeStage({
    kind: "scan",
    isRepeatable: true,
    // Objects can be invisible for some seconds after the hook; later attempts outlast an outage of GitHub's.
    retry: { attempts: 14, firstDelayMs: 1_000, longestDelayMs: 300_000 },
    schema: scanJobSchema,
    run: async (payload, job) => {
      const { push } = payload;
      const startedAtMs = storage.now();
      const repository = { host, repositoryId: push.repository.id };
      if (planPushRange(push, []) === null) return {};
      const known = await storage.repositories.get(repository);
      // What was taken away is read no more, until it is given back.
      if (known !== null && known.state !== "active")
        return putOff(continuedScan(job, payload), push.receivedAtMs, startedAtMs);
      const address = known === null ? describedAddress(push) : addressOf(known);
      return reach(options, repository, address, (at) =>
        scanAt(options, repository, at, { payload, job, startedAtMs }),
      );
    },
    giveUp: ({ push }, code) => ({ record: (stores) => recordGivenUp(stores, host, push, code) }),
    together: (payloads, job) => scanTogether(options, payloads, job),
  });
}

async function scanAt(
  options: ScanStageOptions,
  repository: RepositoryId,
  address: RepositoryAddress,
  {
    payload,
    job,
    startedAtMs,
  }: { readonly payload: ScanJob; readonly job: Job; readonly startedAtMs: number },
): Promise<StageResult> {
  const { storage, remotes, log } = options;
  const { push, inRefName, refSha256, slices } = payload;
  const baseline = await openBaseline(options, repository, () => remotes.listRefs(address));
  // Of what was scanned before its baseline was known, nobody noted which objects hold a key.
  const knownTips = baseline.judged === "never" ? [] : await storage.tips.list(repository);
  const plan = planPushRange(push, knownTips);
  if (plan === null) return {};
  const { tip, earlier } = plan;
  const others = [...baseline.tips, ...(earlier === null ? [] : [earlier])];
  const { mirror, lost } = await fetchPush((want, alongside) => remotes.fetch(address, want, alongside), {
    tips: [tip],
    others,
    known: knownTips,
    waiting: () => listWaitingTips(storage, job),
  });
  const hasEarlier = earlier !== null && !lost.has(earlier);
  if (earlier !== null && !hasEarlier)
    log("warn", "the commits before this push are gone from the host and could not be scanned", {
      delivery: push.delivery,
    });
  const head = await resolveCommit(mirror, tip);
  const isAgain = push.source === "rerun" && head !== null;
  const again = isAgain ? await beginAgain(mirror, head, knownTips) : null;
  const scannedTips = again?.exclude ?? knownTips;
  const range = { ...plan.range(hasEarlier), exclude: scannedTips };
  const slice = slices === undefined ? null : await nextSlice(mirror, range, slices);
  const isWhole = slice === null;
  // What leads to no commit cannot be cut, and a commit that is looked at again is always one.
  const mayEnd = head !== null && !isAgain && slices?.commits !== 0;
  const turn = beginTurn(mayEnd ? (options.turnMs ?? null) : null);
  const spentMs = slices?.spentMs ?? 0;
  const budget = options.budget && {
    ...options.budget,
    totalMs: Math.max(0, options.budget.totalMs - spentMs),
  };
  let looked: Looked;
  try {
    looked = await lookAt(
      { ...options, turn, budget },
      {
        repositoryId: repository,
        mirror,
        baseline,
        lost,
        range: slice?.range ?? range,
        scannedTips,
        head: slice?.tip ?? head,
        tip: slice?.tip ?? tip,
        mayBeLoose: head === null,
        isNewRef: isWhole && refSha256 !== undefined && !baseline.byRef.has(refSha256),
        inRefName: { keys: isWhole ? inRefName : [], by: `ref:${refSha256 ?? ""}`, ref: push.ref },
      },
    );
  } catch (error) {
    if (!(error instanceof TurnOver)) throw error;
    const cut = await cutSmaller(mirror, range, slices);
    const smaller = { ...cut, spentMs: spentMs + (options.turnMs ?? 0) };
    log("info", "a long scan gives its turn to others and goes on in parts", {
      delivery: push.delivery,
      commits: smaller.commits,
    });
    const continued = continuedScan(job, { ...payload, slices: smaller });
    return { record: async ({ jobs }) => void (await jobs.enqueue(continued)) };
  }
  const { found, provenance, scanned, isComplete } = looked;
  const { before, after, receivedAtMs, pushedAtMs = receivedAtMs } = push;
  // With a smaller baseline, earlier pushes turn out to have shown commits too.
  const pushes = baseline.judged === "other" ? await storage.provenance.listPushes(repository) : [];
  const shown = await listShown(
    mirror,
    provenance.introducers,
    [...(isWhole ? [{ before, after, pushedAtMs, head }] : []), ...pushes],
    baseline.tips,
  );
  log("info", `scanned ${scanned.objects} objects ${storage.now() - startedAtMs} ms`, {
    delivery: push.delivery,
    keys: found.length + scanned.notLookedUp,
    bytes: scanned.bytes,
  });
  const replacedGone = earlier !== null && !hasEarlier;
  const account = addScanned(slices?.soFar ?? null, { ...scanned, replacedGone });
  return {
    record: async (stores) => {
      await recordFound(stores, options.judging, {
        repository,
        observation: push,
        // Nobody asked for a check of what was there before a ref was deleted.
        head: push.deleted || !(isWhole || isComplete) ? null : head,
        goesOn: !isWhole,
        scanned: account,
        isPart: again?.isPart === true,
        found,
        provenance,
        shown,
      });
      if (slices !== undefined && slice !== null) {
        // Where something cannot be read, the rest is looked at at once, as the history cannot be cut.
        const commits = isComplete ? slices.commits : 0;
        const tips = isComplete ? [...slices.tips, slice.tip] : slices.tips;
        const soFar = isComplete ? null : slices.soFar;
        // It is read again with the rest, which takes the time of the push once.
        const spent = isComplete ? storage.now() - startedAtMs : 0;
        const going = { commits, tips, soFar, spentMs: spentMs + spent };
        await stores.jobs.enqueue(continuedScan(job, { ...payload, slices: going }));
      }
      // What was not read is asked for again with the next push.
      if (!isComplete) return;
      await provenance.record(stores.provenance);
      if (slice !== null) return stores.tips.add(repository, [slice.tip]);
      const supersedes = [...plan.supersedes, ...(slices?.tips ?? [])];
      await stores.tips.add(repository, [tip, ...(hasEarlier && earlier !== null ? [earlier] : [])], {
        supersedes,
      });
    },
  };
}

const describedAddress = ({ repository, installationId }: Observation): RepositoryAddress => ({
  ...repository,
  installationId,
});
