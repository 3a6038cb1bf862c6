import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ScanError } from "../scan-error.ts";
import type { CleanFiles } from "../cache/clean-files.ts";
import { cleanStates } from "./clean-states.ts";
import { makeShownPath } from "./file-path.ts";
import { notClean, stateNumbers, type FileStates } from "./file-states.ts";
import { listFolder } from "./list-folder.ts";
import { listGlob } from "./list-glob.ts";
import { openWholeTree, statesAt } from "./known-tree.ts";
import { missingPath } from "./missing-path.ts";
import type { ListedFile } from "./listed-file.ts";
import { scanFile } from "./scan-file.ts";
import type { FileScan } from "./scan-file.ts";

export interface Selection {
  /** Files, folders and globs as the user wrote them; the folder itself if there are none. */
  readonly paths: readonly string[];
  readonly includeIgnored: boolean;
}

/** How a scan of files tells how far it is, and what it need not read. */
export interface PathScan extends FileScan {
  readonly onProgress?: (done: number, total: number) => void;
  /** What is known to be clean; absent: everything is read. */
  readonly clean?: CleanFiles | null;
}

export interface Where {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Scans files, folders and globs, each file once, in the listed order.
 *
 * @throws ScanError SCAN_PATH when a path does not exist, or when a folder has files and git ignores all of them.
 */
export async function scanPaths(
  { paths, includeIgnored }: Selection,
  where: Where,
  scan: PathScan,
): Promise<void> {
  const { account, clean = null, onProgress = () => {} } = scan;
  const show = makeShownPath(where.directory);
  const isWhole = clean !== null && paths.length === 0 && !account.excludes;
  const tree = isWhole ? await openWholeTree(where.directory, where.env, includeIgnored, clean) : null;
  if (tree !== null && tree.known !== null) {
    const { count, bytes, rest } = tree.known;
    account.countKnown(count, bytes);
    for (const file of rest) scanFile(file, show(file.path), scan);
    onProgress(count + rest.length, count + rest.length);
    return;
  }
  const files: ListedFile[] = [];
  // Only what is named more than once can be listed more than once.
  const seen = paths.length > 1 ? new Set<string>() : null;
  const asked = paths.length === 0 ? ["."] : paths;
  for (const path of asked) {
    const listed = await listOrNote(path, asked.length, includeIgnored, where);
    for (const file of listed) {
      const name = seen === null ? "" : file.path.toString("latin1");
      if (seen?.has(name) === true) continue;
      seen?.add(name);
      files.push(file);
    }
  }
  const found = await findClean(files, show, where, scan);
  for (const [index, file] of files.entries()) {
    const size = found?.sizes[index] ?? notClean;
    if (size === notClean) scanFile(file, show(file.path), scan);
    else account.countClean(size, found?.isKnown[index] === 1);
    if (found === null) onProgress(index + 1, files.length);
  }
  await tree?.keep(files, (file) => found?.stateOf(file) ?? null);
}

/** Of each file its size where it has nothing to report, else {@link notClean}, and whether that was known before. */
interface FoundClean {
  readonly sizes: Float64Array;
  readonly isKnown: Uint8Array;
  /** Gives what the system said of a file; `null` where nobody asked. */
  readonly stateOf: (file: number) => FileStates | null;
}

/** Finds the files that have nothing to report; `null` where that is not known beforehand. */
async function findClean(
  files: readonly ListedFile[],
  show: (path: Buffer) => Buffer,
  { directory }: Where,
  { scanner, account, showPath, clean = null, onProgress = () => {} }: PathScan,
): Promise<FoundClean | null> {
  // What is not to be read is not handed to anybody who reads.
  const open: number[] = [];
  const paths: Buffer[] = [];
  for (const [index, { path, isFile, skip }] of files.entries()) {
    if (isFile !== true || skip !== undefined) continue;
    if (account.excludes && account.exclusionOf(showPath(show(path))) !== null) continue;
    open.push(index);
    paths.push(path);
  }
  const known = clean?.find(paths) ?? null;
  const unknown = known === null ? null : Array.from(paths.keys()).filter((at) => isNotClean(known, at));
  const knownCount = unknown === null ? 0 : paths.length - unknown.length;
  const read = await cleanStates(unknown === null ? paths : unknown.flatMap((at) => paths[at] ?? []), {
    directory,
    scanner,
    isKept: clean !== null,
    onProgress: (done) => onProgress(knownCount + done, files.length),
  });
  if (read === null) return null;
  const states = known ?? read;
  if (known !== null && unknown !== null) {
    for (const [position, at] of unknown.entries()) states.set(statesAt(read, position), at * stateNumbers);
    if (unknown.length > 0) clean?.save(paths, states);
  }
  const sizes = new Float64Array(files.length).fill(notClean);
  const isKnown = new Uint8Array(files.length).fill(known === null ? 0 : 1);
  const positionOf = new Int32Array(files.length).fill(-1);
  for (const [at, index] of open.entries()) {
    sizes[index] = states[at * stateNumbers] ?? notClean;
    positionOf[index] = at;
  }
  for (const at of unknown ?? []) isKnown[open[at] ?? 0] = 0;
  const stateOf = (file: number): FileStates | null => {
    const at = positionOf[file] ?? -1;
    return at === -1 ? null : statesAt(states, at);
  };
  return { sizes, isKnown, stateOf };
}

const isNotClean = (states: FileStates, at: number): boolean =>
  (states[at * stateNumbers] ?? notClean) === notClean;

/** Lists a path; of several, one that cannot be listed is noted, and the others are scanned all the same. */
async function listOrNote(
  path: string,
  count: number,
  includeIgnored: boolean,
  where: Where,
): Promise<readonly ListedFile[]> {
  try {
    const listed = await list(path, includeIgnored, where);
    if (listed.length === 0 && !includeIgnored) await explainNothing(path, where);
    return listed;
  } catch (error) {
    if (count === 1 || !(error instanceof Error)) throw error;
    const absolute = Buffer.from(resolve(where.directory, path));
    return [{ path: absolute, isNamed: true, skip: { reason: error.message, failed: true } }];
  }
}

async function list(path: string, includeIgnored: boolean, where: Where): Promise<readonly ListedFile[]> {
  // A variable that is not set would mean the current folder.
  if (path === "")
    throw new ScanError("SCAN_PATH", 'An empty path names nothing; "." is the current folder.');
  const absolute = resolve(where.directory, path);
  const stats = lstatSync(absolute, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return listFolder(absolute, includeIgnored, where.env);
  if (stats !== undefined) {
    const named = { path: Buffer.from(absolute), isNamed: true };
    return stats.isSymbolicLink() ? [named, ...(await listTarget(absolute, includeIgnored, where))] : [named];
  }
  const files = await listGlob(path, where.directory);
  if (files.length === 0) throw missingPath(path, where.directory);
  return files;
}

// Whoever names a link means what it leads to; links that a listing meets are never followed.
async function listTarget(
  link: string,
  includeIgnored: boolean,
  where: Where,
): Promise<readonly ListedFile[]> {
  const target = statSync(link, { throwIfNoEntry: false });
  if (target === undefined) {
    const skip = { reason: "it is a link that leads nowhere", failed: true };
    return [{ path: Buffer.from(resolve(dirname(link), readlinkSync(link))), isNamed: true, skip }];
  }
  const path = realpathSync(link);
  if (target.isDirectory()) return listFolder(path, includeIgnored, where.env);
  return [{ path: Buffer.from(path), isNamed: true }];
}

// A scan of an ignored folder would otherwise be green without having looked at anything.
async function explainNothing(path: string, where: Where): Promise<void> {
  if ((await list(path, true, where)).length === 0) return;
  throw new ScanError(
    "SCAN_PATH",
    `git ignores everything in ${JSON.stringify(path)}; --no-ignore scans it anyway.`,
  );
}
