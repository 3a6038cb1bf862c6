import { describeHistoryState, GitError, listCommitChanges, readCommits, readObjects } from "@keywarden/git";
import type { Commit, ObjectRange, Repository, UnreadObject } from "@keywarden/git";
import type { Match, Scanner } from "@keywarden/scan";
import type { Account } from "../account/account.ts";
import type { CloneRemedy } from "../account/find-remedy.ts";
import { noteUnread } from "../account/note-unread.ts";
import type { CleanObjects } from "../cache/clean-objects.ts";
import { digestOfNames } from "../cache/known-history.ts";
import type { KnownHistories, KnownHistory } from "../cache/known-history.ts";
import type { FileScan } from "../files/scan-file.ts";
import { scanRange, scanTelling } from "../objects/scan-range.ts";
import type { PackThreads } from "../objects/pack-threads.ts";
import type { RangeMatches } from "../objects/range-matches.ts";
import { findOrigins } from "./find-origins.ts";
import type { FoundOrigin } from "./find-origins.ts";
import { introducedBy } from "./introduced-by.ts";
import { Repeats } from "./repeats.ts";

/** What a scan of commits is asked to look at. */
export interface Scope {
  readonly range: ObjectRange;
  /** Names that travel with the range, such as those of its refs. */
  readonly refNames: readonly Buffer[];
  /**
   * every: each key at each path, at the oldest commit that has it · introduced: only what commits of the range add, so that
   * keys that were there before the range do not count.
   */
  readonly report: "every" | "introduced";
  /** How a clone is completed that lacks a part of it. */
  readonly remedy: CloneRemedy;
}

export interface HistoryScan extends FileScan {
  readonly onProgress: (objects: number) => void;
  /** Is told which objects the range holds. */
  readonly onListed?: (ids: readonly string[]) => void;
  /** What is known to be clean; absent: everything is read. */
  readonly clean?: CleanObjects | undefined;
  /** How many threads read large packs; absent: one. */
  readonly threads?: PackThreads | undefined;
}

/**
 * Scans every object of a range once: blobs, names in trees, commit and tag texts, ref names. Who brought a key in, and under
 * which path, is looked up only for what is found. What cannot be read is in the account, and hides nothing else.
 *
 * @throws GitError when git itself cannot be asked.
 */
export async function scanHistory(repository: Repository, scope: Scope, scan: HistoryScan): Promise<void> {
  const { account, showPath } = scan;
  const before = await openKnown(repository, scope, scan);
  const { found, known } = await findInRange(repository, scope, scan, before);
  account.addObjects(found.counts);
  await noteUnread(repository, found.unread, scan);
  const ids = [...found.blobs.keys(), ...found.unopened.keys()];
  const names = [...found.names.values()];
  const asked = digestOfNames([...ids.toSorted(), "", ...names.toSorted((one, other) => one.compare(other))]);
  const commits = known?.origins?.of === asked ? known.origins.commits : undefined;
  const wanted = { ids, names, commits, notes: found.notes ?? undefined };
  const { origins, isComplete, problem } = await findOrigins(repository, wanted, scope.range, found.isBroken);
  // What is missing belongs to a commit outside of the range as well, so that it was not listed.
  if (problem !== null && found.unread.length === 0) {
    const reason = `what its commits change cannot be listed: ${showPath(Buffer.from(problem))}`;
    account.addUnread({ location: "the range", kind: "git", reason });
  }
  for (const { id, path } of origins) {
    for (const part of found.unopened.get(id) ?? []) account.skipPart(showPath(path), part);
  }
  const repeats = new Repeats();
  const ofMatches = origins.filter(({ id }) => found.blobs.has(id) || found.names.size > 0);
  // Without the commits nobody knows what was there before, so everything counts.
  if (scope.report === "every" || !isComplete) collectEvery(ofMatches, found, scan, repeats);
  else await collectIntroduced(repository, ofMatches, found, scan, repeats);
  await collectTexts(repository, found.texts, scan, repeats);
  const areNamesClean = collectRefNames(scope.refNames, scan, repeats, known);
  await report(repository, repeats, scan);
  if (before === null || found.telling === null) return;
  const isNothingNew = commits !== undefined && (areNamesClean || known?.cleanNames === "");
  if (isNothingNew) return;
  // While git was asked, the history may have moved on.
  if ((await describeHistory(repository, account)) !== before.state) return;
  before.histories.keep(before.state, {
    // What is known stays: of what was read again alone it cannot be told.
    ...(known ?? found.telling),
    cleanNames: areNamesClean ? digestOfNames(scope.refNames) : "",
    origins: isComplete ? { of: asked, commits: commitsOf(origins) } : null,
  });
}

interface KnownBefore {
  /** Before anything was read. */
  readonly state: string;
  readonly histories: KnownHistories;
}

/** Gives what a scan of all refs can take over from another one; `null` for every other scan. */
async function openKnown(
  repository: Repository,
  { range: { include, exclude, everything }, report }: Scope,
  { clean, onListed, account }: HistoryScan,
): Promise<KnownBefore | null> {
  const isWhole = everything === true && include.length === 0 && exclude.length === 0;
  if (clean === undefined || onListed !== undefined || !isWhole || report !== "every") return null;
  const state = await describeHistory(repository, account);
  return state === null ? null : { state, histories: clean.histories };
}

/** Gives what the answer of a scan depends on, but for the keys that it searches for. */
async function describeHistory(repository: Repository, account: Account): Promise<string | null> {
  const state = await describeHistoryState(repository);
  return state === null ? null : digestOfNames([state, JSON.stringify(account.policy)]);
}

async function findInRange(
  repository: Repository,
  { range }: Scope,
  { scanner, account, onProgress, onListed, clean, threads }: HistoryScan,
  before: KnownBefore | null,
): Promise<{ readonly found: RangeMatches; readonly known: KnownHistory | null }> {
  const triage = (matches: readonly Match[]): readonly Match[] => account.triage(matches);
  const known = before?.histories.find(before.state) ?? null;
  if (known !== null) {
    const found = await scanTelling(repository, known, { scanner, triage, onProgress });
    if (found !== null) return { found, known };
  }
  const listing = onListed === undefined ? {} : { onListed };
  const scan = { scanner, triage, onProgress, clean, threads, ...listing };
  return { found: await scanRange(repository, range, scan), known: null };
}

const commitsOf = (origins: readonly FoundOrigin[]): readonly string[] => [
  ...new Set(origins.flatMap(({ commit }) => commit ?? [])),
];

const isClean = (scanner: Scanner, bytes: Uint8Array): boolean => scanner.scanBytes(bytes).length === 0;

function collectEvery(
  origins: readonly FoundOrigin[],
  { blobs, names }: RangeMatches,
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
): void {
  const located = new Set<string>();
  const seenPaths = new Set<string>();
  for (const { id, path, mode, commit } of origins) {
    const shown = showPath(path);
    const matches = blobs.get(id);
    if (matches !== undefined) {
      located.add(id);
      repeats.add(matches, shown, mode === symbolicLink ? "link" : "content", commit);
    }
    if (names.size === 0 || seenPaths.has(path.toString("latin1"))) continue;
    seenPaths.add(path.toString("latin1"));
    repeats.add(account.triage(scanner.scanBytes(path)), shown, "path", commit);
  }
  // An object that only a ref or a tag points to has no path.
  for (const [id, matches] of blobs) {
    if (!located.has(id)) repeats.add(matches, `object ${id}`, "content", null);
  }
}

async function collectIntroduced(
  repository: Repository,
  origins: readonly FoundOrigin[],
  found: RangeMatches,
  scan: HistoryScan,
  repeats: Repeats,
): Promise<void> {
  const { scanner, account, showPath } = scan;
  const byCommit = Map.groupBy(origins, ({ commit }) => commit ?? "");
  const commits = await readCommits(repository, byCommit.keys());
  for (const [id, own] of byCommit) {
    try {
      const entries = await listCommitChanges(repository, commits.get(id) ?? { id, parents: [] });
      const unread: UnreadObject[] = [];
      const changes = await introducedBy(repository, entries, scanner, (object) => unread.push(object));
      for (const { entry, locationKind, added } of changes) {
        repeats.add(account.triage(added), showPath(entry.path), locationKind, id);
      }
      await noteUnread(repository, unread, scan);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      const reason = `what it changes cannot be listed: ${showPath(Buffer.from(error.message))}`;
      account.addUnread({ location: `commit ${id}`, kind: "git", reason });
      collectEvery(own, { ...found, blobs: onlyOf(found.blobs, own) }, scan, repeats);
    }
  }
}

function onlyOf(
  blobs: ReadonlyMap<string, readonly Match[]>,
  origins: readonly FoundOrigin[],
): ReadonlyMap<string, readonly Match[]> {
  const ids = new Set(origins.map(({ id }) => id));
  return new Map([...blobs].filter(([id]) => ids.has(id)));
}

async function collectTexts(
  repository: Repository,
  texts: ReadonlyMap<string, unknown>,
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
): Promise<void> {
  for await (const { id, type, bytes } of readObjects(repository, new Set(texts.keys()))) {
    const headEnd = bytes.indexOf("\n\n");
    const head = bytes.subarray(0, headEnd === -1 ? bytes.length : headEnd);
    const message = bytes.subarray(headEnd === -1 ? bytes.length : headEnd + 2);
    const commit = type === "commit" ? id : null;
    const noun = type === "commit" ? "commit" : showPath(Buffer.from(tagName(head)));
    repeats.add(account.triage(scanner.scanBytes(head)), `header of ${noun}`, "content", commit);
    repeats.add(account.triage(scanner.scanBytes(message)), `message of ${noun}`, "content", commit);
  }
}

/** Gives whether no name has a match. */
function collectRefNames(
  names: readonly Buffer[],
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
  known: KnownHistory | null,
): boolean {
  account.refs.listed += names.length;
  const areKnown = known !== null && known.cleanNames === digestOfNames(names);
  const matched = areKnown ? [] : names.filter((name) => !isClean(scanner, name));
  for (const name of matched) {
    repeats.add(account.triage(scanner.scanBytes(name)), showPath(name), "path", null);
  }
  account.refs.scanned += names.length;
  return matched.length === 0;
}

async function report(
  repository: Repository,
  repeats: Repeats,
  { account, showPath }: HistoryScan,
): Promise<void> {
  const found = [...repeats.all()];
  const commits = await readCommits(
    repository,
    found.flatMap(({ commit }) => commit ?? []),
  );
  const excluded = new Set<string>();
  for (const { match, path, locationKind, commit, others } of found) {
    const exclusion = account.exclusionOf(path);
    if (exclusion !== null) {
      if (!excluded.has(path)) account.files.listed += 1;
      if (!excluded.has(path)) account.skip(path, exclusion);
      excluded.add(path);
      continue;
    }
    const maker = commit === null ? undefined : commits.get(commit);
    account.add([match], path, locationKind, {
      ...(maker === undefined ? {} : originOf(maker, showPath)),
      others,
    });
  }
}

const originOf = (
  { id, authorName, authorEmail, authoredAtMs }: Commit,
  showPath: FileScan["showPath"],
): { readonly commit: string; readonly author: string; readonly date: string } => ({
  commit: id,
  // Whatever a name can hold, a key among it, is shown as a path is.
  author: showPath(Buffer.from(`${authorName} <${authorEmail}>`)),
  date: new Date(authoredAtMs).toISOString(),
});

const tagName = (head: Buffer): string =>
  `tag ${/^tag (?<name>.+)$/mu.exec(head.toString("utf8"))?.groups?.["name"] ?? ""}`;

const symbolicLink = "120000";
