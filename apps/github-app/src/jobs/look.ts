import { GitError } from "@keywarden/git";
import type { History, ObjectRange, Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { leastOfUnreadable } from "@keywarden/repository-config";
import type { RangeMatches, ReadLimits } from "@keywarden/repository-scan";
import type { TimeBudget } from "../limits.ts";
import type { Scanner } from "@keywarden/scan";
import type { RepositoryId } from "@keywarden/storage";
import { isUnread } from "../repositories/look-up-introductions.ts";
import { lookUpLeastActions } from "../repositories/least-actions.ts";
import type { LeastActions } from "../repositories/least-actions.ts";
import type { OpenedBaseline } from "../repositories/open-baseline.ts";
import { describeLeftOut, nameSubmodules } from "../scanning/describe-left-out.ts";
import { makeFoundKeys } from "./found-keys.ts";
import type { ObservedKey, FoundKeys } from "./found-keys.ts";
import type { Scanned, SeenKey } from "./job-payloads.ts";
import { scanObjects } from "../scanning/object-scan.ts";
import type { Turn } from "../scanning/turn.ts";
import { describeTooLarge } from "../scanning/describe-too-large.ts";
import type { LeftOut, ScanCounts } from "../scanning/object-scan.ts";
import { locationToPath } from "./exposure-location.ts";
import { tellProvenance } from "./tell-provenance.ts";
import type { FactStorage, ToldProvenance } from "./tell-provenance.ts";

/** A part of a repository that is to be looked at, with all that its provenance follows from. */
export interface Look {
  readonly repositoryId: RepositoryId;
  readonly mirror: Repository;
  readonly baseline: OpenedBaseline;
  /** Objects that the host does not have any more. */
  readonly lost: ReadonlySet<string>;
  readonly range: ObjectRange;
  /** What the objects of the range hold, where they were scanned together with others; absent: they are scanned now. */
  readonly matches?: RangeMatches;
  /** The commits of this range, and all before it that the baseline does not reach; absent: git is asked for them. */
  readonly history?: History;
  readonly scannedTips: readonly string[];
  /** The object that is asked for. */
  readonly tip: string;
  /** The commit that it is or leads to; `null` where it leads to none. */
  readonly head: string | null;
  /** Whether what is asked for may be a blob or folder without a commit. */
  readonly mayBeLoose: boolean;
  /** Whether what was left unread before is read by now. */
  readonly readsAgain?: boolean;
  readonly isNewRef: boolean;
  readonly inRefName: { readonly keys: readonly SeenKey[]; readonly by: string; readonly ref: string };
}

export interface Looked {
  /** The most certain first, as many as one observation may have looked up. */
  readonly found: readonly ObservedKey[];
  readonly provenance: ToldProvenance;
  readonly scanned: Omit<Scanned, "replacedGone">;
  /** False while an object could not be read: then it is to be looked at again. */
  readonly isComplete: boolean;
}

// A push with more candidates than this is noise made on purpose; what is left out is said in the report.
const keysPerPush = 2_000;

/** Scans every object of a range, and tells what is new from what was there. */
export async function lookAt(
  options: {
    readonly storage: FactStorage;
    readonly scanner: Scanner;
    readonly providers: readonly ProviderProfile[];
    /** Absent: everything is read. */
    readonly limits?: ReadLimits | undefined;
    /** Absent: as long as it takes. */
    readonly budget?: TimeBudget | undefined;
    readonly turn?: Turn | undefined;
  },
  look: Look,
): Promise<Looked> {
  const { mirror, inRefName, head, tip } = look;
  const counts: ScanCounts = {
    objects: 0,
    bytes: 0,
    lfsPointers: 0,
    archives: 0,
    tooLarge: [],
    leftOut: [],
    unread: [],
  };
  const seen = makeFoundKeys();
  for (const key of inRefName.keys) seen.add(key);
  const scan = { ...options, repository: mirror, counts };
  // Of what was judged before, as of a history, all is read.
  const limits = options.limits && { ...options.limits, ...options.budget };
  const unreadBefore = look.readsAgain === true ? await listUnread(options.storage, look.repositoryId) : null;
  const readNow = new Set<string>();
  const onListed = (ids: readonly string[]): void => {
    for (const id of ids) if (unreadBefore?.has(id) === true) readNow.add(id);
  };
  const { range, matches } = look;
  for await (const held of scanObjects({ ...scan, limits, onListed, range, matches })) seen.addHeld(held);
  for (const { id } of counts.tooLarge) readNow.delete(id);
  const telling = tellProvenance({ ...scan, ...look, readNow, seen, pushed: look.range });
  const provenance = await whereReadable<ToldProvenance>(telling, counts, untold);
  if (counts.unread.length > 0) recordWhatIsLeft(seen, head ?? tip);
  const found = seen.mostCertainFirst();
  const looked = found.slice(0, keysPerPush);
  const commitsOf = ({ occurrences }: (typeof looked)[number]) => [
    ...new Set(occurrences.map(({ commit }) => commit)),
  ];
  const asking = [...new Set(looked.flatMap(commitsOf))];
  const least = await whereReadable(lookUpLeastActions(mirror, asking), counts, nobodyAsks);
  const { leftOut, ...counted } = counts;
  // One that is scanned for two reasons is left out once.
  const tooLarge = [...new Map(counts.tooLarge.map((one) => [one.id, one])).values()];
  const described = limits === undefined ? [] : describeTooLarge(tooLarge, limits);
  // Of what no check is written about, nobody asks for the paths.
  const name = (parts: readonly LeftOut[]): Promise<string[]> =>
    whereReadable(
      describeLeftOut(mirror, head === null ? [] : parts, look.range, options.providers),
      counts,
      [],
    );
  const nameMoved = (): Promise<string[]> =>
    head === null
      ? Promise.resolve([])
      : whereReadable(nameSubmodules(mirror, look.range, options.providers), counts, []);
  return {
    found: looked.map((key) => ({ ...key, least: least.of(commitsOf(key)) })),
    provenance,
    scanned: {
      ...counted,
      leftOut: await name(leftOut),
      tooLarge: tooLarge.length,
      notScanned: await name(described),
      unread: shortened(counts.unread),
      submodules: shortened(await nameMoved()),
      hasUnusableConfig: least.unusable.size > 0,
      notLookedUp: Math.max(0, found.length - keysPerPush),
    },
    isComplete: counts.unread.length === 0,
  };
}

/** Gives the blobs of a repository of which nobody knows what they hold. */
async function listUnread(
  { provenance }: FactStorage,
  repository: RepositoryId,
): Promise<ReadonlySet<string>> {
  const holdings = await provenance.listHoldings(repository);
  return new Set(holdings.filter(isUnread).map(({ objectId }) => objectId));
}

const untold: ToldProvenance = {
  of: () => "unknown",
  introducedBy: [],
  introducers: [],
  record: async () => {},
};
const nobodyAsks: LeastActions = { of: leastOfUnreadable, unusable: new Set() };

// A damaged history can say nothing of where a key came from; the keys that were found are looked up all the same.
async function whereReadable<T>(telling: Promise<T>, { unread }: ScanCounts, otherwise: T): Promise<T> {
  try {
    return await telling;
  } catch (error) {
    if (unread.length === 0 || !(error instanceof GitError)) throw error;
    return otherwise;
  }
}

// While the history cannot be read, what was found is reported on the commit that showed it.
function recordWhatIsLeft(seen: FoundKeys, commit: string): void {
  for (const { key, occurrences } of seen.mostCertainFirst()) {
    if (occurrences.length > 0) continue;
    for (const { fingerprint, holder } of seen.held) {
      if (fingerprint !== key.fingerprint) continue;
      const path =
        holder.in === "name"
          ? locationToPath({ in: "path", path: "an unknown folder" })
          : `object ${holder.id}`;
      const spot =
        holder.in === "blob"
          ? seen.spotsIn(holder.id)?.find((one) => one.fingerprint === fingerprint)
          : undefined;
      seen.addLocation(fingerprint, { commit, path, line: spot?.line ?? 1, column: spot?.column ?? 1 });
    }
  }
}

const unreadShown = 20;

const shortened = (unread: readonly string[]): string[] =>
  unread.length <= unreadShown
    ? [...unread]
    : [...unread.slice(0, unreadShown), `and ${unread.length - unreadShown} more`];
