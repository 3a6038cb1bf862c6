import { partitionPresent, readObjects } from "@keywarden/git";
import type { Introduction, ObjectRange, Repository } from "@keywarden/git";
import { redactWithin } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStorage, ProvenanceStore, RepositoryId, StoredIntroduction } from "@keywarden/storage";
import type { Provenance } from "../policy.ts";
import { holdingsOf, lookUpIntroductions } from "../repositories/look-up-introductions.ts";
import type { OpenedBaseline } from "../repositories/open-baseline.ts";
import type { SeenKey } from "./job-payloads.ts";
import { scanObjects } from "./object-scan.ts";
import type { ScanCounts } from "./object-scan.ts";
import { placeToPath } from "./place.ts";
import { isCandidate, seenKeyFrom } from "./seen-key.ts";
import { makeFoundKeys } from "./found-keys.ts";
import type { FoundKeys } from "./found-keys.ts";

export interface ToldProvenance {
  readonly of: (fingerprint: string) => Provenance;
  /** Writes down what was learnt; for the transaction that completes the scan. */
  readonly record: (store: ProvenanceStore) => Promise<void>;
}

/**
 * Tells for every key that a push shows whether it is history: whether all that introduces it is reached from the baseline.
 * Keys that the push brings back, and those that a smaller baseline makes new, are added to `seen`.
 */
export async function tellProvenance(options: {
  readonly storage: Pick<ExposureStorage, "provenance">;
  readonly repositoryId: RepositoryId;
  /** The mirror. */
  readonly repository: Repository;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly counts: ScanCounts;
  readonly baseline: OpenedBaseline;
  /** Objects that the host does not have any more. */
  readonly lost: ReadonlySet<string>;
  readonly seen: FoundKeys;
  /** What the push asked to scan. */
  readonly pushed: ObjectRange;
  readonly scannedTips: readonly string[];
  readonly isCommit: boolean;
  readonly isNewRef: boolean;
  readonly inRefName: { readonly keys: readonly SeenKey[]; readonly by: string };
}): Promise<ToldProvenance> {
  const { storage, repositoryId, repository, baseline, lost, seen, pushed, scannedTips } = options;
  const isSmaller = baseline.judged === "other";
  const known = await storage.provenance.listIntroductions(repositoryId);
  const after = new Set<string>(known.map(({ fingerprint }) => fingerprint));
  const knownNames = new Set(known.map(nameOf));

  // What was judged with another baseline is judged again: all that it does not reach, as if it were pushed now.
  const { present } = await partitionPresent(repository, isSmaller ? scannedTips : []);
  const again = makeFoundKeys("");
  if (present.length > 0) {
    const range = { include: present, exclude: baseline.tips };
    for await (const found of scanObjects({ ...options, range })) again.addFound(found);
  }
  const held = [...seen.held, ...again.held];
  const holdings = [...(await storage.provenance.listHoldings(repositoryId)), ...holdingsOf(held)];
  const range = {
    include: [...pushed.include, ...present],
    exclude: [...baseline.tips, ...(isSmaller ? [] : scannedTips)],
  };
  const { introductions, places } = await lookUpIntroductions(repository, {
    held,
    holdings,
    range,
    isCommit: options.isCommit,
  });
  const inRefName = options.isNewRef ? options.inRefName : { ...options.inRefName, keys: [] };
  const found = [
    ...introductions,
    ...inRefName.keys.map(({ fingerprint }) => ({ fingerprint, by: inRefName.by })),
  ].filter((introduction) => !knownNames.has(nameOf(introduction)));

  const fresh = new Set<string>(found.map(({ fingerprint }) => fingerprint));
  for (const { key, occurrences } of again.mostCertainFirst())
    if (fresh.has(key.fingerprint)) for (const occurrence of occurrences) seen.add(key, occurrence);
  for (const place of places)
    if (fresh.has(place.label) && !seen.has(place.label)) await addBroughtBack(options, place);

  // While a part of the baseline is lost, a commit that nothing else reaches may still be history.
  const isSure = !baseline.tips.some((tip) => lost.has(tip));
  return {
    of: (fingerprint) => {
      if (after.has(fingerprint)) return "came-after";
      if (!fresh.has(fingerprint)) return "history";
      return isSure ? "came-after" : "unknown";
    },
    async record(store) {
      await store.recordHoldings(repositoryId, holdingsOf(held));
      if (isSure) await store.recordIntroductions(repositoryId, found);
      await store.setJudgedBaseline(repositoryId, baseline.name);
    },
  };
}

const nameOf = ({ fingerprint, by }: StoredIntroduction): string => `${fingerprint} ${by}`;

/** Reads a key again that a commit brings back in an object, or under a name, that had been scanned before. */
async function addBroughtBack(
  {
    repository,
    scanner,
    providers,
    seen,
  }: {
    readonly repository: Repository;
    readonly scanner: Scanner;
    readonly providers: readonly ProviderProfile[];
    readonly seen: FoundKeys;
  },
  { id, path, label }: Introduction,
): Promise<void> {
  const shown = redactWithin(path.toString("utf8"), providers);
  const isSought = ({ fingerprint }: SeenKey): boolean => fingerprint === label;
  for (const match of scanner.scanBytes(path).filter(isCandidate)) {
    const key = seenKeyFrom(match);
    if (isSought(key)) seen.add(key, { path: placeToPath({ in: "path", path: shown }), line: 1, column: 1 });
  }
  for await (const { type, bytes } of readObjects(repository, [id])) {
    if (type !== "blob") continue;
    for (const match of scanner.scanBytes(bytes).filter(isCandidate)) {
      const key = seenKeyFrom(match);
      if (isSought(key)) seen.add(key, { path: shown, line: match.line, column: match.column });
    }
  }
}
