import { chmodSync, lstatSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { platform } from "node:os";
import { dirname } from "node:path";
import { makeFolder } from "@keywarden/files";
import { GitError } from "../git-error.ts";

export interface HookFile {
  /** One character per byte. */
  readonly content: string;
  readonly mode: number;
  readonly isSymbolicLink: boolean;
  readonly isExecutable: boolean;
}

/** Reads a hook, or gives null if there is none. @throws {@link GitError} GIT_HOOKS_UNWRITABLE */
export function readHookFile(path: string): HookFile | null {
  return translate(path, "read", () => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return null;
    const { mode } = statSync(path, { throwIfNoEntry: false }) ?? entry;
    return {
      content: entry.isSymbolicLink() && !isReadable(path) ? "" : readFileSync(path, "latin1"),
      mode: mode & 0o7777,
      isSymbolicLink: entry.isSymbolicLink(),
      // Windows has no such bit; git for Windows goes by the interpreter's line.
      isExecutable: platform() === "win32" || (mode & 0o111) !== 0,
    };
  });
}

/** Replaces a hook in one step, through a symbolic link if it is one. @throws {@link GitError} GIT_HOOKS_UNWRITABLE */
export function writeHookFile(path: string, content: string, mode: number): void {
  translate(path, "written", () => {
    makeFolder(dirname(path));
    const target = isReadable(path) ? realpathSync(path) : path;
    const draft = `${target}.keywarden-draft`;
    try {
      writeFileSync(draft, content, { encoding: "latin1" });
      // The mode given when a file is made is cut by the umask.
      chmodSync(draft, mode);
      renameSync(draft, target);
    } finally {
      rmSync(draft, { force: true });
    }
  });
}

/** Moves a hook as it is: bytes, mode or link. @throws {@link GitError} GIT_HOOKS_UNWRITABLE */
export function moveHookFile(from: string, to: string): void {
  translate(from, "moved", () => renameSync(from, to));
}

/** @throws {@link GitError} GIT_HOOKS_UNWRITABLE */
export function removeHookFile(path: string): void {
  translate(path, "removed", () => rmSync(path));
}

function isReadable(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function translate<Result>(path: string, done: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    // The call and its path say nothing that the sentence does not.
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/, \w+ '.*$/su, "");
    const remedy =
      "check its owner and mode, and what core.hooksPath says: git config --show-origin core.hooksPath";
    throw new GitError("GIT_HOOKS_UNWRITABLE", `the hook ${path} cannot be ${done} (${reason}); ${remedy}`, {
      cause,
    });
  }
}
