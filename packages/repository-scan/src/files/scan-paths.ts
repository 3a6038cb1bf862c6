import { lstatSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ScanError } from "../scan-error.ts";
import { notClean } from "./clean-size.ts";
import { cleanSizes } from "./clean-sizes.ts";
import { makeShownPath } from "./file-path.ts";
import { listFolder } from "./list-folder.ts";
import { listGlob } from "./list-glob.ts";
import { missingPath } from "./missing-path.ts";
import type { ListedFile } from "./listed-file.ts";
import { scanFile } from "./scan-file.ts";
import type { FileScan } from "./scan-file.ts";

export interface Selection {
  /** Files, folders and globs as the user wrote them; the folder itself if there are none. */
  readonly paths: readonly string[];
  readonly includeIgnored: boolean;
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
  scan: FileScan,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
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
  const show = makeShownPath(where.directory);
  const sizes = await sizesOfClean(files, show, where, scan, (done) => onProgress(done, files.length));
  for (const [index, file] of files.entries()) {
    const size = sizes?.[index] ?? notClean;
    if (size === notClean) scanFile(file, show(file.path), scan);
    else scan.account.countClean(size);
    if (sizes === null) onProgress(index + 1, files.length);
  }
}

/** Gives for each file its size where it has nothing to report, else {@link notClean}; `null` where that is not known beforehand. */
async function sizesOfClean(
  files: readonly ListedFile[],
  show: (path: Buffer) => Buffer,
  { directory }: Where,
  { scanner, account, showPath }: FileScan,
  onProgress: (done: number) => void,
): Promise<Float64Array | null> {
  // What is not to be read is not handed to anybody who reads.
  const open = Array.from(files.keys()).filter((index) => {
    const { path, isFile, skip } = files[index] ?? {};
    const isExcluded =
      account.excludes && path !== undefined && account.exclusionOf(showPath(show(path))) !== null;
    return isFile === true && skip === undefined && !isExcluded;
  });
  const paths = open.flatMap((index) => files[index]?.path ?? []);
  const found = await cleanSizes(paths, { directory, scanner, onProgress });
  if (found === null) return null;
  const sizes = new Float64Array(files.length).fill(notClean);
  for (const [position, index] of open.entries()) sizes[index] = found[position] ?? notClean;
  return sizes;
}

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
  if (target === undefined) return [];
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
