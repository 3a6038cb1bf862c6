import { GitError, resolveCommit } from "@keywarden/git";
import { listRemoteRefs } from "@keywarden/git/mirror";
import type { ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStorage, RepositoryId } from "@keywarden/storage";
import type { Log } from "../log.ts";
import { fetchPush } from "../repositories/fetch-push.ts";
import { openBaseline } from "../repositories/open-baseline.ts";
import { addressOf } from "../repositories/repository-address.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { makeFoundKeys } from "./found-keys.ts";
import type { FoundKeys } from "./found-keys.ts";
import { scanJobSchema } from "./job-payloads.ts";
import type { Observation, ScanJob, Scanned } from "./job-payloads.ts";
import { remoteOf } from "./remote-of.ts";
import type { RemoteOptions } from "./remote-of.ts";
import { scanObjects } from "./object-scan.ts";
import type { ScanCounts } from "./object-scan.ts";
import { placeToPath } from "./place.ts";
import { planPushRange } from "./push-range.ts";
import { reach } from "./reach.ts";
import { recordFound } from "./record-found.ts";
import { recordGivenUp } from "./record-given-up.ts";
import { tellProvenance } from "./tell-provenance.ts";
import type { ToldProvenance } from "./tell-provenance.ts";
import { makeStage } from "./stage.ts";
import type { Stage, StageResult } from "./stage.ts";

export interface ScanStageOptions extends RemoteOptions {
  readonly storage: ExposureStorage;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly host: string;
  readonly log: Log;
}

// A push with more candidates than this is noise made on purpose; what is left out is said in the report.
const keysPerPush = 2_000;

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
  const { storage, log } = options;
  const remote = await remoteOf(options, address);
  const baseline = await openBaseline(storage, repository, () => listRemoteRefs(remote));
  // Of what was scanned before its baseline was known, nobody noted which objects hold a key.
  const scannedTips = baseline.judged === "never" ? [] : await storage.tips.list(repository);
  const plan = planPushRange(push, scannedTips);
  if (plan === null) return {};
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
  const seen = makeFoundKeys();
  for (const key of inRefName) seen.add(key);
  const pushed = plan.range(hasEarlier);
  for await (const found of scanObjects({ ...scan, range: pushed })) seen.addHeld(found);

  const telling = tellProvenance({
    ...scan,
    storage,
    repositoryId: repository,
    baseline,
    lost,
    seen,
    pushed,
    scannedTips,
    head,
    tip,
    isNewRef: refSha256 !== undefined && !baseline.byRef.has(refSha256),
    inRefName: { keys: inRefName, by: `ref:${refSha256 ?? ""}`, ref: push.ref },
  });
  const provenance = await whereReadable(telling, counts);
  if (counts.unread.length > 0) placeWhatIsLeft(seen, head ?? tip);
  const found = seen.mostCertainFirst();
  const scanned: Scanned = {
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
  return {
    record: async (stores) => {
      await recordFound(stores, {
        repository,
        observation: push,
        head,
        scanned,
        found: found.slice(0, keysPerPush),
        provenance,
      });
      // What was not read is asked for again with the next push.
      if (counts.unread.length > 0) return;
      await provenance.record(stores.provenance);
      await stores.tips.add(repository, [tip, ...(hasEarlier && earlier !== null ? [earlier] : [])], plan);
    },
  };
}

const describedAddress = ({ repository, installationId }: Observation): RepositoryAddress => ({
  ...repository,
  installationId,
});

// A damaged history can say nothing of where a key came from; the keys that were found are looked up all the same.
async function whereReadable(
  telling: Promise<ToldProvenance>,
  { unread }: ScanCounts,
): Promise<ToldProvenance> {
  try {
    return await telling;
  } catch (error) {
    if (unread.length === 0 || !(error instanceof GitError)) throw error;
    return { of: () => "unknown", introducedBy: [], inRange: [], record: async () => {} };
  }
}

// While the history cannot be read, what was found is reported on the commit that showed it.
function placeWhatIsLeft(seen: FoundKeys, commit: string): void {
  for (const { key, occurrences } of seen.mostCertainFirst()) {
    if (occurrences.length > 0) continue;
    for (const { fingerprint, holder } of seen.held) {
      if (fingerprint !== key.fingerprint) continue;
      const path =
        holder.in === "name" ? placeToPath({ in: "path", path: "an unknown folder" }) : `object ${holder.id}`;
      const spot =
        holder.in === "blob"
          ? seen.spotsIn(holder.id)?.find((one) => one.fingerprint === fingerprint)
          : undefined;
      seen.addPlace(fingerprint, { commit, path, line: spot?.line ?? 1, column: spot?.column ?? 1 });
    }
  }
}

const unreadShown = 20;

const shortened = (unread: readonly string[]): string[] =>
  unread.length <= unreadShown
    ? [...unread]
    : [...unread.slice(0, unreadShown), `and ${unread.length - unreadShown} more`];
