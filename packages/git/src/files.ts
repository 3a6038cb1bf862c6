import { GitError } from "./git-error.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

export interface FileSelection {
  /** Files and folders below the top level, literally; all files unless given. */
  readonly paths?: readonly string[];
  /** Lists files that .gitignore excludes as well. */
  readonly includeIgnored?: boolean;
  /** Is told of every folder that git may not look into, from the top level and with a slash at its end. */
  readonly onUnreadable?: (folder: string, reason: string) => void;
}

export interface WorkTreeFile {
  /** Relative to the top level, without a slash at its end. */
  readonly path: Buffer;
  /** A submodule, or an untracked repository in a folder of its own. */
  readonly isRepository: boolean;
  /** Whether git looks at the file itself when it is asked what has changed: it is tracked, and nobody has told git not to. */
  readonly isWatched: boolean;
}

/**
 * Lists tracked and untracked-unignored files of the work tree, each once, in byte order. Some may be absent from disk.
 *
 * @throws {@link GitError} GIT_NO_WORK_TREE in a bare repository.
 */
export async function listFiles(
  repository: Repository,
  selection: FileSelection = {},
): Promise<Iterable<WorkTreeFile>> {
  return readFileList(await askForFiles(repository, selection));
}

/** Gives what git says of the files that {@link listFiles} lists, for {@link readFileList}. @throws as that does. */
export function askForFiles(
  repository: Repository,
  { paths = [], includeIgnored = false, onUnreadable = () => {} }: FileSelection,
): Promise<Buffer> {
  const args = ["ls-files", "-z", "-v", "--stage", "--cached", "--others"];
  if (!includeIgnored) args.push("--exclude-standard");
  return runGit(repository, [...args, "--", ...paths], "list files", "", (line) => {
    // git cuts off a line that is longer than a path may be.
    const lost = /could not open directory '(?<folder>.+?)(?:': (?<reason>[^']+))?$/u.exec(line)?.groups;
    if (lost !== undefined) onUnreadable(lost["folder"] ?? "", lost["reason"] ?? "its path is too long");
  });
}

/**
 * Reads what git said; the paths are parts of it. Each file is made when its turn comes: of a hundred thousand, all at once
 * would take thirty megabytes.
 *
 * @throws {@link GitError}
 */
export function readFileList(output: Buffer): Iterable<WorkTreeFile> {
  const list = findEntries(output);
  const order = isOrdered(output, list) ? list.entries.keys() : inOrder(output, list);
  const numbers = Uint32Array.from(order);
  return {
    *[Symbol.iterator]() {
      for (const number of numbers) yield readEntry(output, list, number);
    },
  };
}

/** Of each entry where it begins, and where its path begins and ends. */
interface EntryOffsets {
  readonly entries: readonly number[];
  readonly paths: readonly number[];
  readonly ends: readonly number[];
}

const untracked = 0x3f;
const slash = 0x2f;
const tab = 0x09;
// The mode 160000, a submodule's, begins with 16 and no other does.
const gitlinkStart = 0x3136;
const cached = 0x48;

// `? path` for what is untracked, `H mode id stage<TAB>path` for what is not; with another letter for what is unmerged, not
// to be in the work tree, or to be taken for unchanged.
function findEntries(output: Buffer): EntryOffsets {
  const [entries, paths, ends]: [number[], number[], number[]] = [[], [], []];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0, at);
    if (end === -1) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of a path");
    entries.push(at);
    if (output[at] === untracked) {
      paths.push(at + 2);
      // It ends with a slash where a repository lies there.
      ends.push(output[end - 1] === slash ? end - 1 : end);
    } else {
      const tabAt = output.indexOf(tab, at);
      if (tabAt === -1 || tabAt >= end)
        throw new GitError("GIT_BAD_OUTPUT", "git listed a file without its mode");
      paths.push(tabAt + 1);
      ends.push(end);
    }
    at = end + 1;
  }
  return { entries, paths, ends };
}

function readEntry(output: Buffer, { entries, paths, ends }: EntryOffsets, number: number): WorkTreeFile {
  const at = entries[number] ?? 0;
  const end = ends[number] ?? 0;
  const isUntracked = output[at] === untracked;
  return {
    path: output.subarray(paths[number], end),
    isRepository: isUntracked ? output[end] === slash : output.readUInt16BE(at + 2) === gitlinkStart,
    isWatched: output[at] === cached,
  };
}

function comparePaths(output: Buffer, { paths, ends }: EntryOffsets, one: number, other: number): number {
  return output.compare(output, paths[other], ends[other], paths[one], ends[one]);
}

/** Whether each path stands behind the one before it. */
function isOrdered(output: Buffer, list: EntryOffsets): boolean {
  for (let number = 1; number < list.entries.length; number += 1)
    if (comparePaths(output, list, number - 1, number) >= 0) return false;
  return true;
}

// git lists what is untracked first, and a path that is unmerged several times.
function inOrder(output: Buffer, list: EntryOffsets): readonly number[] {
  const sorted = Array.from(list.entries.keys()).sort((one, other) => comparePaths(output, list, one, other));
  return sorted.filter((number, index) => {
    const before = sorted[index - 1];
    return before === undefined || comparePaths(output, list, before, number) !== 0;
  });
}
