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
): Promise<readonly WorkTreeFile[]> {
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

/** Reads what git said; the paths are parts of it. @throws {@link GitError} */
export function readFileList(output: Buffer): readonly WorkTreeFile[] {
  const files: WorkTreeFile[] = [];
  let isOrdered = true;
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0, at);
    if (end === -1) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of a path");
    const file = readEntry(output, at, end);
    const last = files.at(-1);
    isOrdered &&= last === undefined || Buffer.compare(last.path, file.path) < 0;
    files.push(file);
    at = end + 1;
  }
  return isOrdered ? files : inOrder(files);
}

const untracked = 0x3f;
const slash = 0x2f;
const tab = 0x09;
const gitlink = "160000";
const cached = 0x48;

// `? path` for what is untracked, `H mode id stage<TAB>path` for what is not; with another letter for what is unmerged, not
// to be in the work tree, or to be taken for unchanged.
function readEntry(output: Buffer, at: number, end: number): WorkTreeFile {
  if (output[at] === untracked) {
    const isRepository = output[end - 1] === slash;
    const path = output.subarray(at + 2, isRepository ? end - 1 : end);
    return { path, isRepository, isWatched: false };
  }
  const tabAt = output.indexOf(tab, at);
  if (tabAt === -1 || tabAt >= end)
    throw new GitError("GIT_BAD_OUTPUT", "git listed a file without its mode");
  const isRepository = output.toString("latin1", at + 2, at + 8) === gitlink;
  return { path: output.subarray(tabAt + 1, end), isRepository, isWatched: output[at] === cached };
}

// git lists what is untracked first, and a path that is unmerged several times.
function inOrder(files: WorkTreeFile[]): readonly WorkTreeFile[] {
  files.sort((one, other) => Buffer.compare(one.path, other.path));
  return files.filter(({ path }, index) => files[index - 1]?.path.equals(path) !== true);
}
