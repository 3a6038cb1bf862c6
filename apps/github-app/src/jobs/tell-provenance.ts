import { isObjectId, listWithin, partitionPresent, resolveCommit } from "@keywarden/git";
import type { History, ObjectRange, Repository } from "@keywarden/git";
import type { Fingerprint, ProviderProfile } from "@keywarden/key-format";
import type { ReadLimits, TooLarge } from "@keywarden/repository-scan";
import type { Scanner } from "@keywarden/scan";
import type {
  ExposureStorage,
  Holding,
  ProvenanceStore,
  RepositoryId,
  StoredIntroduction,
} from "@keywarden/storage";
import type { Provenance } from "../policy.ts";
import { findDoubtful } from "../repositories/find-doubtful.ts";
import { listOfUnknownAge } from "../repositories/list-of-unknown-age.ts";
import {
  fingerprintOfUnread,
  fingerprintOfUnreadHistory,
  holdingsOf,
  isUnread,
  lookUpIntroductions,
} from "../repositories/look-up-introductions.ts";
import type { HeldKey } from "../repositories/look-up-introductions.ts";
import type { OpenedBaseline } from "../repositories/open-baseline.ts";
import { requireClosed } from "../repositories/require-closed.ts";
import { makeFoundKeys } from "./found-keys.ts";
import type { FoundKeys } from "./found-keys.ts";
import type { SeenKey } from "./job-payloads.ts";
import type { Turn } from "../scanning/turn.ts";
import { scanObjects } from "../scanning/object-scan.ts";
import type { ScanCounts } from "../scanning/object-scan.ts";
import { locationToPath } from "./exposure-location.ts";
import { recordIntroduction } from "./record-introduction.ts";

export interface ToldProvenance {
  readonly of: (fingerprint: string) => Provenance;
  /** Commits that brought in a key after the App was given the repository. */
  readonly introducedBy: readonly string[];
  /** All such commits that are known by now, of whatever observation. */
  readonly introducers: readonly string[];
  /** Writes down what was learnt; for the transaction that completes the scan. */
  readonly record: (
    store: Pick<
      ProvenanceStore,
      "forgetUnread" | "recordHoldings" | "recordIntroductions" | "setJudgedBaseline"
    >,
  ) => Promise<void>;
}

/** What is known of a repository so far. */
export interface FactStorage extends Pick<ExposureStorage, "exposures" | "decisions" | "now"> {
  readonly provenance: Pick<ProvenanceStore, "listIntroductions" | "listHoldings">;
}

/**
 * Tells for every key that an observation shows which commits introduce it, and whether it is history: whether all of
 * them are reached from the baseline. Keys that come back, and those that a smaller baseline makes new, are added to
 * `seen`, and so is each location at which a commit brings a key in.
 *
 * @throws {@link AppError} REPOSITORY_UNSETTLED for a new key, while a push may be missing that would make it history
 */
export async function tellProvenance(options: {
  readonly storage: FactStorage;
  readonly repositoryId: RepositoryId;
  /** The mirror. */
  readonly repository: Repository;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly counts: ScanCounts;
  /** Absent: everything is read. */
  readonly limits?: ReadLimits | undefined;
  readonly turn?: Turn | undefined;
  readonly baseline: OpenedBaseline;
  /** Objects that the host does not have any more. */
  readonly lost: ReadonlySet<string>;
  readonly seen: FoundKeys;
  /** What the observation asked to scan. */
  readonly pushed: ObjectRange;
  readonly scannedTips: readonly string[];
  /** The commit that the ref names; `null` where it names none. */
  readonly head: string | null;
  readonly tip: string;
  /** The commits from the baseline on; absent: git is asked for them. */
  readonly history?: History;
  /** Whether what is asked for may be a blob or folder without a commit. */
  readonly mayBeLoose: boolean;
  /** Blobs that were left unread before and have been read now. */
  readonly readNow: ReadonlySet<string>;
  readonly isNewRef: boolean;
  readonly inRefName: { readonly keys: readonly SeenKey[]; readonly by: string; readonly ref: string };
}): Promise<ToldProvenance> {
  const { storage, repositoryId, repository, baseline, lost, seen, pushed, scannedTips } = options;
  const isJudgedAgain = baseline.judged === "other";
  const hasDoubts = baseline.doubts.length > 0;
  const unknown =
    isJudgedAgain || hasDoubts ? await listOfUnknownAge(storage, repositoryId) : new Set<string>();
  // Of what was unknown any of it may be history now, and while it is not known where a ref was, what only it reaches may not.
  const settled = unknown.size > 0 ? [] : hasDoubts ? baseline.sureTips : baseline.tips;
  const readNow = [...options.readNow].flatMap((id) => [
    fingerprintOfUnread(id),
    fingerprintOfUnreadHistory(id),
  ]);
  const isSettled = makeIsOneOf(readNow);
  const introduced = await storage.provenance.listIntroductions(repositoryId);
  const known = introduced.filter((one) => !isSettled(one));
  const after = new Set<string>(known.map(({ fingerprint }) => fingerprint));
  const knownNames = new Set(known.map(nameOf));

  // What was judged with another baseline is judged again: all that it does not reach, as if it were pushed now.
  const { present } = await partitionPresent(repository, isJudgedAgain ? scannedTips : []);
  const again = makeFoundKeys();
  if (present.length > 0) {
    const range = { include: present, exclude: settled };
    for await (const found of scanObjects({ ...options, range })) again.addHeld(found);
  }
  const held: readonly HeldKey[] = [
    ...seen.held,
    ...again.held,
    ...options.counts.tooLarge.map(holdsAnything),
  ];
  const stored = (await storage.provenance.listHoldings(repositoryId)).filter((one) => !isSettled(one));
  const holdings = [...stored, ...holdingsOf(held)];
  const lookUp = (range: ObjectRange) =>
    lookUpIntroductions(repository, {
      held,
      holdings,
      range,
      mayBeLoose: options.mayBeLoose,
      baselineTips: baseline.tips,
    });
  const asked = await lookUp({ include: pushed.include, exclude: scannedTips });
  const older =
    isJudgedAgain && present.length > 0 ? await lookUp({ include: present, exclude: settled }) : null;
  const introductions = [...asked.introductions, ...(older?.introductions ?? [])];
  const unsure = new Set([...asked.unsure, ...(older?.unsure ?? [])]);
  const unread = new Set<string>(holdings.filter(isUnread).map(({ fingerprint }) => fingerprint));
  const isOfKey = ({ fingerprint }: Pick<StoredIntroduction, "fingerprint">): boolean =>
    !unread.has(fingerprint);
  const loose = new Set([...asked.loose, ...(older?.loose ?? [])]);
  const ids = [...new Set(introductions.map(({ by }) => by))].filter((id) => !loose.has(id));
  const { history } = options;
  const beyond = history
    ? new Set(ids.filter((id) => history.has(id)))
    : await listWithin(repository, ids, { include: ids, exclude: baseline.tips });
  const isFresh = ({ by }: StoredIntroduction): boolean => beyond.has(by) || loose.has(by);
  const doubtfulIds = await findDoubtful(repository, ids, baseline);
  const inRefName = options.isNewRef ? options.inRefName.keys : [];
  const isOld = (one: StoredIntroduction): boolean => !isFresh(one);
  const unreadHistory = listUnreadHistory(stored, held, introductions.filter(isOld));
  // Of a file that came in after the baseline unread, whatever it holds came after it too, but for what was there before.
  const seenBefore = new Set<string>(
    [...stored, ...introductions.filter(isOld)].map(({ fingerprint }) => fingerprint),
  );
  const isUnsure = (one: StoredIntroduction): boolean =>
    unsure.has(one) && isOfKey(one) && (unreadHistory.length > 0 || seenBefore.has(one.fingerprint));
  const found: readonly StoredIntroduction[] = [
    ...introductions.filter((one) => isFresh(one) && !isUnsure(one)),
    ...inRefName.map(({ fingerprint }) => ({ fingerprint, by: options.inRefName.by })),
  ].filter((introduction) => !knownNames.has(nameOf(introduction)));

  const fresh = new Set<string>(found.map(({ fingerprint }) => fingerprint));
  const perhapsFresh = new Set<string>(
    introductions.filter((one) => isFresh(one) && isUnsure(one)).map(({ fingerprint }) => fingerprint),
  );
  // What came in after the baseline unread may have brought back any key that had been there before.
  const hidesSome = [...fresh, ...after].some((fingerprint) => unread.has(fingerprint));
  const doubtful = new Set<string>(
    introductions.flatMap(({ fingerprint, by }) => (doubtfulIds.has(by) ? [fingerprint] : [])),
  );
  for (const { key } of again.mostCertainFirst())
    if ([fresh, perhapsFresh, doubtful, unknown].some((some) => some.has(key.fingerprint))) seen.add(key);
  const isOfLocation = ({ label }: { readonly label: string }): boolean => !unread.has(label);
  const spotsIn = (id: string) => seen.spotsIn(id) ?? again.spotsIn(id);
  // A commit can bring a key in with an object that was scanned before, for another commit.
  for (const location of asked.locations.filter(isOfLocation))
    await recordIntroduction({ ...options, spotsIn }, location);
  for (const location of (older?.locations ?? []).filter(isOfLocation))
    if (fresh.has(location.label) || seen.has(location.label))
      await recordIntroduction({ ...options, spotsIn }, location);
  await recordTheRest(options, held, loose, spotsIn);

  // A commit that nothing else reaches may still be history while a part of the baseline is lost, and one that seems to
  // bring a key may only keep it while an object cannot be read that holds it before.
  const isSure = !baseline.tips.some((tip) => lost.has(tip)) && options.counts.unread.length === 0;
  // A key in a tag's message is brought in by the tag object, which can have no check run: its commit has.
  const isTag = new Set(
    held.flatMap(({ holder }) => (holder.in === "message" && holder.type === "tag" ? [holder.id] : [])),
  );
  const commitsOf = (all: readonly StoredIntroduction[]): readonly string[] => [
    ...new Set(all.filter(isFresh).flatMap(({ by }) => (loose.has(by) || isTag.has(by) ? [] : [by]))),
  ];
  const isCommit = (id: string): boolean => isObjectId(id) && !loose.has(id) && !isTag.has(id);
  if (isSure) await requireClosed(repository, baseline, found, isCommit, storage.now());
  return {
    of: (fingerprint) => {
      if (after.has(fingerprint)) return "came-after";
      if (options.counts.unread.length > 0) return "unknown";
      if (fresh.has(fingerprint)) return isSure ? "came-after" : "unknown";
      if (perhapsFresh.has(fingerprint) || hidesSome) return "unknown";
      const isDoubtful = doubtful.has(fingerprint) || (hasDoubts && unknown.has(fingerprint));
      return isDoubtful ? "unknown" : "history";
    },
    introducedBy: commitsOf(introductions.filter(isOfKey)),
    introducers: [
      ...new Set([
        ...commitsOf(introductions.filter(isOfKey)),
        ...known
          .filter(isOfKey)
          .map(({ by }) => by)
          .filter(isObjectId),
      ]),
    ],
    async record(store) {
      await store.forgetUnread(repositoryId, readNow);
      await store.recordHoldings(repositoryId, [...holdingsOf(held), ...unreadHistory]);
      if (isSure) await store.recordIntroductions(repositoryId, found);
      await store.setJudgedBaseline(repositoryId, baseline.name);
    },
  };
}

function makeIsOneOf(fingerprints: readonly Fingerprint[]): (one: Pick<Holding, "fingerprint">) => boolean {
  const all = new Set(fingerprints);
  return ({ fingerprint }) => all.has(fingerprint);
}

const holdsAnything = ({ id }: TooLarge): HeldKey => ({
  fingerprint: fingerprintOfUnread(id),
  holder: { in: "blob", id },
});

/** Gives the holdings that say of unread files that they were there before the App. */
function listUnreadHistory(
  stored: readonly Holding[],
  held: readonly HeldKey[],
  old: readonly StoredIntroduction[],
): readonly Holding[] {
  const introduced = new Set<string>(old.map(({ fingerprint }) => fingerprint));
  const unread = [...stored, ...holdingsOf(held)].filter(isUnread);
  const isKnown = new Set(stored.map(({ fingerprint }) => fingerprint));
  return unread.flatMap(({ fingerprint, objectId }) => {
    const marked = fingerprintOfUnreadHistory(objectId);
    return introduced.has(fingerprint) || isKnown.has(marked) ? [{ fingerprint: marked, objectId }] : [];
  });
}

const nameOf = ({ fingerprint, by }: StoredIntroduction): string => `${fingerprint} ${by}`;

/** Adds the locations that are in no file of a commit: messages, names of refs, and what only a tag names. */
async function recordTheRest(
  { repository, seen, head, tip, inRefName }: Parameters<typeof tellProvenance>[0],
  held: readonly HeldKey[],
  loose: ReadonlySet<string>,
  spotsIn: (id: string) => ReturnType<FoundKeys["spotsIn"]>,
): Promise<void> {
  const commit = head ?? tip;
  for (const { fingerprint, holder } of held) {
    if (holder.in === "message") {
      const path = locationToPath({ in: holder.type, id: holder.id });
      // A tag object can have no check run: its commit has.
      const by = holder.type === "commit" ? holder.id : ((await resolveCommit(repository, holder.id)) ?? tip);
      seen.addLocation(fingerprint, { commit: by, path, line: 1, column: 1 });
    }
    if (holder.in !== "blob" || !loose.has(holder.id)) continue;
    for (const { line, column, fingerprint: of } of spotsIn(holder.id) ?? [])
      if (of === fingerprint) seen.addLocation(of, { commit, path: `object ${holder.id}`, line, column });
  }
  const path = locationToPath({ in: "ref", ref: inRefName.ref });
  for (const { fingerprint } of inRefName.keys)
    seen.addLocation(fingerprint, { commit, path, line: 1, column: 1 });
}
