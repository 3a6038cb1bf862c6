import { listIntroductions, listObjectIds, listWithin, partitionPresent } from "@keywarden/git";
import type { Introduction, ObjectRange, Repository } from "@keywarden/git";
import type { Fingerprint } from "@keywarden/key-format";
import { sha256 } from "@keywarden/repository-scan";
import type { Holding, StoredIntroduction } from "@keywarden/storage";

/** What holds a key: a blob or a name for as long as it stays, a message once. */
export type Holder =
  | { readonly in: "blob"; readonly id: string }
  /** SHA-256 of a file's or folder's name. */
  | { readonly in: "name"; readonly sha256: string }
  | { readonly in: "message"; readonly id: string; readonly type: "commit" | "tag" };

export interface HeldKey {
  readonly fingerprint: Fingerprint;
  readonly holder: Holder;
}

const namePrefix = "name:";

/** The fingerprint that stands for whatever a file holds that was not read. */
export const fingerprintOfUnread = (blob: string): Fingerprint => sha256(`unread ${blob}`);

/** The same where the file was there before the App. */
export const fingerprintOfUnreadHistory = (blob: string): Fingerprint => sha256(`unread history ${blob}`);

/** Whether a holding says that nobody knows what is in a file. */
export const isUnread = ({ fingerprint, objectId }: Holding): boolean =>
  fingerprint === fingerprintOfUnread(objectId);

/** Gives what to remember, so that a commit is told from its parents later; messages are never inherited. */
export function holdingsOf(held: readonly HeldKey[]): readonly Holding[] {
  return held.flatMap(({ fingerprint, holder }) => {
    if (holder.in === "message") return [];
    return [{ fingerprint, objectId: holder.in === "blob" ? holder.id : `${namePrefix}${holder.sha256}` }];
  });
}

export interface LookedUpIntroductions {
  readonly introductions: readonly StoredIntroduction[];
  /** Those of them before which a file was there that nobody has read, and that may hold the key as well. */
  readonly unsure: ReadonlySet<StoredIntroduction>;
  /** Ids of blobs that no commit brings, and that nothing reaches which was there before. */
  readonly loose: ReadonlySet<string>;
  /** Where commits bring in what they introduce. */
  readonly locations: readonly (Introduction & { readonly label: Fingerprint })[];
}

/**
 * Looks up what introduces keys within a range. `holdings` are all that are known of the
 * repository, so that a commit which edits, moves or keeps a key is told from one that brings it.
 */
export async function lookUpIntroductions(
  mirror: Repository,
  {
    held,
    holdings,
    range,
    mayBeLoose,
    baselineTips,
  }: {
    readonly held: readonly HeldKey[];
    readonly holdings: readonly Holding[];
    readonly range: ObjectRange;
    /** Where the push names a tag of a blob or folder, no commit brings it. */
    readonly mayBeLoose: boolean;
    readonly baselineTips: readonly string[];
  },
): Promise<LookedUpIntroductions> {
  const blobs = new Map<string, Fingerprint[]>();
  const names = new Map<string, Fingerprint[]>();
  for (const { objectId, fingerprint } of holdings) {
    const isName = objectId.startsWith(namePrefix);
    const id = isName ? objectId.slice(namePrefix.length) : objectId;
    const labels = isName ? names : blobs;
    labels.set(id, [...(labels.get(id) ?? []), fingerprint]);
  }
  const introductions: StoredIntroduction[] = [];
  const unsure = new Set<StoredIntroduction>();
  const unread = new Set(holdings.filter(isUnread).map(({ objectId }) => objectId));
  const locations: (Introduction & { readonly label: Fingerprint })[] = [];
  for await (const introduction of listIntroductions(mirror, { blobs, names, unread }, range)) {
    const stored = { fingerprint: introduction.label, by: introduction.commit };
    introductions.push(stored);
    if (!introduction.isSure) unsure.add(stored);
    locations.push(introduction);
  }
  const messages = held.filter(({ holder }) => holder.in === "message");
  const withinIds = await listWithin(mirror, messages.map(idOf), range);
  const loose = mayBeLoose ? held.filter(({ holder }) => holder.in === "blob") : [];
  const looseIds = await withoutReachable(mirror, new Set(loose.map(idOf)), [
    ...range.exclude,
    ...baselineTips,
  ]);
  for (const one of [...messages, ...loose])
    if (withinIds.has(idOf(one)) || looseIds.has(idOf(one)))
      introductions.push({ fingerprint: one.fingerprint, by: idOf(one) });
  return { introductions, unsure, locations, loose: looseIds };
}

const idOf = ({ holder }: HeldKey): string => (holder.in === "name" ? "" : holder.id);

// No walk over commits tells whether a blob is new, so all that was there is gone through; tags of blobs are rare.
async function withoutReachable(
  mirror: Repository,
  ids: ReadonlySet<string>,
  tips: readonly string[],
): Promise<ReadonlySet<string>> {
  const left = new Set(ids);
  if (left.size === 0) return left;
  const { present } = await partitionPresent(mirror, tips);
  for await (const group of listObjectIds(mirror, { include: present, exclude: [] }))
    for (const id of group) left.delete(id);
  return left;
}
