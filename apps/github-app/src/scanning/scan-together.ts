import { isZeroId, listObjectIdsOfEach, partitionPresent, readHistory, resolveCommit } from "@keywarden/git";
import type { ObjectRange } from "@keywarden/git";
import { scanLists } from "@keywarden/repository-scan";
import type { ExposureStorage, Job, RepositoryId } from "@keywarden/storage";
import { fetchPush } from "../repositories/fetch-push.ts";
import { listShown } from "../repositories/list-shown.ts";
import { listWaitingTips } from "../repositories/list-waiting-tips.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import type { OpenedBaseline } from "../repositories/open-baseline.ts";
import { addressOf } from "../repositories/repository-address.ts";
import { everyMatch } from "./object-scan.ts";
import { beginTurn } from "./turn.ts";
import type { ScanJob } from "../jobs/job-payloads.ts";
import { lookAt } from "../jobs/look.ts";
import { planPushRange } from "../jobs/push-range.ts";
import { reach } from "../jobs/reach.ts";
import { recordFound } from "../jobs/record-found.ts";
import type { ScanStageOptions } from "./scan-stage-options.ts";
import type { StageResult } from "../jobs/stage.ts";
import type { FactStorage, ToldProvenance } from "../jobs/tell-provenance.ts";

/** More objects than this are worth a look of their own. */
const mostObjects = 20_000;

/** Says that of these pushes something is to be told that belongs to one of them alone. */
class LookApart extends Error {
  override readonly name = "LookApart";
}

/**
 * Looks at pushes of one repository that wait for their turn: one fetch, one process that lists what each of them brings, one
 * scan of it all. What each brought in, and its account, is told in their order and from what those before it left, as if
 * each had been looked at alone.
 *
 * Takes the first of them that need nothing but that; gives none where the first is to be looked at alone.
 *
 * @throws LookApart and what a look at one throws, where each is to be looked at alone
 */
export async function scanTogether(
  options: ScanStageOptions,
  payloads: readonly ScanJob[],
  job: Pick<Job, "group" | "kind">,
): Promise<readonly StageResult[]> {
  const { storage, host, log } = options;
  const [first] = payloads;
  const plain = payloads.slice(
    0,
    countWhile(payloads, (one) => isPlain(one) && one.push.repository.id === first?.push.repository.id),
  );
  if (first === undefined || plain.length < 2) return [];
  const repository = { host, repositoryId: first.push.repository.id };
  const known = await storage.repositories.get(repository);
  if (known === null || known.state !== "active") return [];
  const startedAtMs = storage.now();
  return reach(options, repository, addressOf(known), async (address) => {
    const baseline = await openBaseline(options, repository, () => options.remotes.listRefs(address));
    // What another baseline makes of earlier pushes is told with the first alone.
    if (baseline.judged !== "same" || baseline.doubts.length > 0) return [];
    const steps = planSteps(plain, await storage.tips.list(repository));
    if (steps.length < 2) return [];
    const { mirror, lost } = await fetchPush(
      (want, alongside) => options.remotes.fetch(address, want, alongside),
      {
        tips: steps.map(({ tip }) => tip),
        others: baseline.tips,
        known: steps[0]?.scannedTips ?? [],
        waiting: () => listWaitingTips(storage, job),
      },
    );
    if (lost.size > 0) throw new LookApart("a part of the baseline is gone");
    const heads = await Promise.all(steps.map(({ tip }) => resolveCommit(mirror, tip)));
    // A tag is looked at alone.
    const looked = steps.slice(
      0,
      countWhile(steps, ({ tip }, index) => heads[index] === tip),
    );
    if (looked.length < 2) return [];
    const ranges = looked.map(({ range }) => range);
    const lists = await listObjectIdsOfEach(mirror, ranges);
    if (lists.reduce((sum, { length }) => sum + length, 0) > mostObjects)
      throw new LookApart("they bring too much");
    const turn = beginTurn(options.turnMs ?? null);
    const limits = options.limits && { ...options.limits, ...options.budget };
    const scan = { scanner: options.scanner, triage: everyMatch, onProgress: turn, limits };
    const matches = await scanLists(mirror, lists, scan);
    if (matches === null) throw new LookApart("something could not be read, or is told by its name");
    const earlierTips = looked.map(({ push }) => push.before).filter((id) => !isZeroId(id));
    const { present } = await partitionPresent(mirror, [...new Set(earlierTips)]);
    const include = [...new Set([...looked.map(({ tip }) => tip), ...present])];
    const history = await readHistory(mirror, { include, exclude: baseline.tips });
    const facts = await gatherFacts(storage, repository);
    const results: StageResult[] = [];
    for (const [index, step] of looked.entries()) {
      const { push, range, scannedTips, tip } = step;
      const found = matches[index];
      if (found === undefined) throw new TypeError("each list has matches");
      const seen = await lookAt(
        { ...options, storage: facts, turn },
        {
          repositoryId: repository,
          mirror,
          baseline,
          lost,
          range,
          matches: found,
          history,
          scannedTips,
          head: tip,
          tip,
          mayBeLoose: false,
          isNewRef: isNewRef(step, baseline),
          inRefName: { keys: [], by: `ref:${step.refSha256 ?? ""}`, ref: push.ref },
        },
      );
      if (!seen.isComplete) throw new LookApart("an object could not be read");
      await facts.learn(seen.provenance);
      const { before, after, receivedAtMs, pushedAtMs = receivedAtMs } = push;
      const showing = { before, after, pushedAtMs, head: tip };
      const { introducers } = seen.provenance;
      const shown = await listShown(mirror, introducers, [showing], baseline.tips, history);
      log("info", `scanned ${seen.scanned.objects} objects ${storage.now() - startedAtMs} ms`, {
        delivery: push.delivery,
        keys: seen.found.length + seen.scanned.notLookedUp,
        bytes: seen.scanned.bytes,
      });
      results.push({
        record: async (stores) => {
          await recordFound(stores, options.judging, {
            repository,
            observation: push,
            head: tip,
            scanned: { ...seen.scanned, replacedGone: false },
            found: seen.found,
            provenance: seen.provenance,
            shown,
          });
          await seen.provenance.record(stores.provenance);
          await stores.tips.add(repository, [tip], { supersedes: step.supersedes });
        },
      });
    }
    return results;
  });
}

interface Step extends Pick<ScanJob, "push" | "refSha256"> {
  readonly tip: string;
  readonly range: ObjectRange;
  readonly scannedTips: readonly string[];
  readonly supersedes: readonly string[];
}

/** Plans each push as if those before it had been scanned; as many as need no commit besides their own. */
function planSteps(payloads: readonly ScanJob[], tips: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  let scannedTips = tips;
  for (const { push, refSha256 } of payloads) {
    const plan = planPushRange(push, scannedTips);
    if (plan === null || plan.earlier !== null) break;
    const { tip, supersedes } = plan;
    steps.push({
      push,
      ...(refSha256 !== undefined && { refSha256 }),
      tip,
      range: plan.range(false),
      scannedTips,
      supersedes,
    });
    const left = scannedTips.filter((id) => id === tip || !supersedes.includes(id));
    scannedTips = left.includes(tip) ? left : [...left, tip];
  }
  return steps;
}

const isPlain = ({ push, inRefName, slices }: ScanJob): boolean =>
  push.source !== "rerun" &&
  !push.deleted &&
  !isZeroId(push.after) &&
  inRefName.length === 0 &&
  slices === undefined;

const isNewRef = ({ refSha256 }: Step, { byRef }: OpenedBaseline): boolean =>
  refSha256 !== undefined && !byRef.has(refSha256);

function countWhile<T>(all: readonly T[], holds: (one: T, index: number) => boolean): number {
  const end = all.findIndex((one, index) => !holds(one, index));
  return end === -1 ? all.length : end;
}

/** Gives what is known of a repository, and takes what each look adds to it before all of it is written down. */
async function gatherFacts(
  storage: ExposureStorage,
  repository: RepositoryId,
): Promise<FactStorage & { readonly learn: (told: Pick<ToldProvenance, "record">) => Promise<void> }> {
  let holdings = await storage.provenance.listHoldings(repository);
  let introductions = await storage.provenance.listIntroductions(repository);
  return {
    exposures: storage.exposures,
    decisions: storage.decisions,
    now: () => storage.now(),
    provenance: {
      listHoldings: () => Promise.resolve(holdings),
      listIntroductions: () => Promise.resolve(introductions),
    },
    learn: ({ record }) =>
      record({
        forgetUnread: async () => {},
        setJudgedBaseline: async () => {},
        recordHoldings: async (_, more) => void (holdings = [...holdings, ...more]),
        recordIntroductions: async (_, more) => void (introductions = [...introductions, ...more]),
      }),
  };
}
