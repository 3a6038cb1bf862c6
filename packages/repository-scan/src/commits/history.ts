import {
  listCommitChanges,
  listObjectIds,
  lookUpOrigins,
  readCommits,
  readObjectBatches,
  readObjects,
} from "@keywarden/git";
import type { Commit, ObjectOrigin, ObjectRange, Repository } from "@keywarden/git";
import type { Match, SkippedMember } from "@keywarden/scan";
import { ScanError } from "../scan-error.ts";
import { introducedBy } from "./introduced-by.ts";
import { makeObjectScan } from "../objects/object-scan.ts";
import { Repeats } from "./repeats.ts";
import type { FileScan } from "../files/scan-file.ts";
import { readTreeNames } from "../objects/tree-names.ts";

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
}

export interface HistoryScan extends FileScan {
  readonly onProgress: (objects: number) => void;
}

/** The matches that policy reports, by where git keeps them. */
interface Suspects {
  readonly blobs: Map<string, readonly Match[]>;
  readonly names: Map<string, Buffer>;
  /** Commits and tags. */
  readonly texts: Set<string>;
  /** What is packed in blobs and was not opened. */
  readonly unopened: Map<string, SkippedMember[]>;
}

/**
 * Scans every object of a range once: blobs, names in trees, commit and tag texts, ref names. Who brought a key in, and under
 * which path, is looked up only for what is found.
 *
 * @throws ScanError SCAN_INCOMPLETE when git did not deliver every object that it listed.
 */
export async function scanHistory(repository: Repository, scope: Scope, scan: HistoryScan): Promise<void> {
  const suspects = await scanObjects(repository, scope.range, scan);
  await noteUnopened(repository, scope.range, suspects.unopened, scan);
  const repeats = new Repeats();
  const origins = lookUpOrigins(
    repository,
    { ids: [...suspects.blobs.keys()], names: [...suspects.names.values()] },
    scope.range,
  );
  if (scope.report === "every") await collectEvery(origins, suspects, scan, repeats);
  else await collectIntroduced(repository, origins, scan, repeats);
  await collectTexts(repository, suspects.texts, scan, repeats);
  collectRefNames(scope.refNames, scan, repeats);
  await report(repository, repeats, scan);
}

async function scanObjects(
  repository: Repository,
  range: ObjectRange,
  { scanner, account, onProgress }: HistoryScan,
): Promise<Suspects> {
  const suspects: Suspects = { blobs: new Map(), names: new Map(), texts: new Set(), unopened: new Map() };
  const { unopened } = suspects;
  const scanPart = makeObjectScan(scanner, (id, part) => {
    unopened.set(id, [...(unopened.get(id) ?? []), part]);
  });
  let listed = 0;
  let scanned = 0;
  let tree: Buffer[] = [];
  const ids = async function* (): AsyncGenerator<readonly string[]> {
    for await (const group of listObjectIds(repository, range)) {
      listed += group.length;
      yield group;
    }
  };
  for await (const parts of readObjectBatches(repository, ids())) {
    for (const part of parts) {
      const { id, type, offsetBytes, sizeBytes, bytes } = part;
      if (offsetBytes === 0) account.countObject(type, sizeBytes);
      if (type === "tree") tree.push(bytes);
      const matches = scanPart(part);
      if (matches === null) continue;
      scanned += 1;
      account.countScanned(type, sizeBytes);
      if (matches.length > 0) {
        if (type === "blob") {
          const reportable = account.triage(matches);
          if (reportable.length > 0) suspects.blobs.set(id, reportable);
        } else if (type === "tree") {
          for (const name of readTreeNames(Buffer.concat(tree), repository.objectFormat)) {
            if (account.triage(scanner.scanBytes(name)).length > 0)
              suspects.names.set(name.toString("latin1"), name);
          }
        } else if (account.triage(matches).length > 0) {
          suspects.texts.add(id);
        }
      }
      if (type === "tree") tree = [];
    }
    onProgress(scanned);
  }
  if (listed !== scanned) {
    throw new ScanError("SCAN_INCOMPLETE", `git listed ${listed} objects and delivered ${scanned}.`);
  }
  return suspects;
}

async function noteUnopened(
  repository: Repository,
  range: ObjectRange,
  unopened: Suspects["unopened"],
  { account, showPath }: HistoryScan,
): Promise<void> {
  for await (const { id, path } of lookUpOrigins(repository, { ids: [...unopened.keys()] }, range)) {
    for (const part of unopened.get(id) ?? []) account.skipPart(showPath(path), part);
  }
}

async function collectEvery(
  origins: AsyncIterable<ObjectOrigin>,
  { blobs, names }: Suspects,
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
): Promise<void> {
  const placed = new Set<string>();
  const seenPaths = new Set<string>();
  for await (const { id, path, mode, commit } of origins) {
    const shown = showPath(path);
    const matches = blobs.get(id);
    if (matches !== undefined) {
      placed.add(id);
      repeats.add(matches, shown, mode === symbolicLink ? "link" : "content", commit);
    }
    if (names.size === 0 || seenPaths.has(path.toString("latin1"))) continue;
    seenPaths.add(path.toString("latin1"));
    repeats.add(account.triage(scanner.scanBytes(path)), shown, "path", commit);
  }
  // An object that only a ref or a tag points to has no path.
  for (const [id, matches] of blobs) {
    if (!placed.has(id)) repeats.add(matches, `object ${id}`, "content", null);
  }
}

async function collectIntroduced(
  repository: Repository,
  origins: AsyncIterable<ObjectOrigin>,
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
): Promise<void> {
  const ids = new Set<string>();
  for await (const { commit } of origins) ids.add(commit);
  const commits = await readCommits(repository, ids);
  for (const id of ids) {
    const entries = await listCommitChanges(repository, commits.get(id) ?? { id, parents: [] });
    for (const { entry, place, added } of await introducedBy(repository, entries, scanner)) {
      repeats.add(account.triage(added), showPath(entry.path), place, id);
    }
  }
}

async function collectTexts(
  repository: Repository,
  ids: ReadonlySet<string>,
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
): Promise<void> {
  for await (const { id, type, bytes } of readObjects(repository, ids)) {
    const headEnd = bytes.indexOf("\n\n");
    const head = bytes.subarray(0, headEnd === -1 ? bytes.length : headEnd);
    const message = bytes.subarray(headEnd === -1 ? bytes.length : headEnd + 2);
    const commit = type === "commit" ? id : null;
    const noun = type === "commit" ? "commit" : showPath(Buffer.from(tagName(head)));
    repeats.add(account.triage(scanner.scanBytes(head)), `header of ${noun}`, "content", commit);
    repeats.add(account.triage(scanner.scanBytes(message)), `message of ${noun}`, "content", commit);
  }
}

function collectRefNames(
  names: readonly Buffer[],
  { scanner, account, showPath }: HistoryScan,
  repeats: Repeats,
): void {
  for (const name of names) {
    account.refs.listed += 1;
    repeats.add(account.triage(scanner.scanBytes(name)), showPath(name), "path", null);
    account.refs.scanned += 1;
  }
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
  for (const { match, path, place, commit, others } of found) {
    const exclusion = account.exclusionOf(path);
    if (exclusion !== null) {
      if (!excluded.has(path)) account.files.listed += 1;
      if (!excluded.has(path)) account.skip(path, exclusion);
      excluded.add(path);
      continue;
    }
    const maker = commit === null ? undefined : commits.get(commit);
    account.add([match], path, place, {
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
