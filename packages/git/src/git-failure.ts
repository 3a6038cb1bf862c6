import { existsSync } from "node:fs";
import { GitError } from "./git-error.ts";
import type { GitErrorCode } from "./git-error.ts";
import { quote } from "./quote.ts";

// git has one exit status for nearly everything, so its words (LC_ALL=C keeps them English) are all there is.
const meanings: readonly (readonly [RegExp, GitErrorCode])[] = [
  [/detected dubious ownership/u, "GIT_DUBIOUS_OWNERSHIP"],
  [/must be run in a work tree/u, "GIT_NO_WORK_TREE"],
  [
    /not our ref|bad (?:\w+ )?object|missing (?:blob|tree|commit|tag) object|unable to read|could not fetch/u,
    "GIT_OBJECT_MISSING",
  ],
  [/couldn't find remote ref/u, "GIT_REF_MISSING"],
  [
    /Authentication failed|could not read Username|returned error: 40[13]|terminal prompts disabled/u,
    "GIT_UNAUTHORISED",
  ],
  [
    /repository '.*' not found|returned error: 404|does not appear to be a git repository/u,
    "GIT_REMOTE_MISSING",
  ],
  [
    /Could not resolve host|Failed to connect|Couldn't connect|Connection (?:refused|reset|timed out)|early EOF|hung up unexpectedly|returned error: (?:429|5\d\d)/u,
    "GIT_UNREACHABLE",
  ],
  [/not a git repository/u, "GIT_NOT_A_REPOSITORY"],
];

/** Turns a failed git process into a coded error with the remedy. */
export function gitFailureOf(doing: string, directory: string, exit: string, stderr: string): GitError {
  const said = stderr.trim();
  const code = meanings.find(([words]) => words.test(said))?.[1] ?? "GIT_FAILED";
  if (code === "GIT_NOT_A_REPOSITORY") {
    return new GitError(
      code,
      `${directory} is not in a git repository; run this inside one, or start one with: git init`,
    );
  }
  if (code === "GIT_DUBIOUS_OWNERSHIP") {
    // git wants the top level, wherever it was asked.
    const top = /dubious ownership in repository at '(?<top>.+)'/u.exec(said)?.groups?.["top"] ?? directory;
    const remedy = `git config --global --add safe.directory ${quote(top)}`;
    return new GitError(
      code,
      `git does not trust ${top}, because another user owns it; if you do: ${remedy}`,
    );
  }
  if (code === "GIT_NO_WORK_TREE")
    return new GitError(code, `cannot ${doing}: ${directory} has no work tree`);
  return new GitError(code, `cannot ${doing} in ${directory}: git ${exit}${said === "" ? "" : `: ${said}`}`);
}

/** Explains why the git process could not even be started. */
export function startFailureOf(directory: string, cause: NodeJS.ErrnoException): GitError {
  if (!existsSync(directory)) {
    return new GitError("GIT_NOT_A_REPOSITORY", `${directory} does not exist`, { cause });
  }
  if (cause.code === "ENOENT") {
    const remedy = "install git 2.31 or newer and make sure that it is on PATH";
    return new GitError("GIT_MISSING", `git was not found; ${remedy}`, { cause });
  }
  if (cause.code === "ENOTDIR") {
    return new GitError("GIT_NOT_A_REPOSITORY", `${directory} is not a directory`, { cause });
  }
  if (cause.code === "EMFILE" || cause.code === "ENFILE") {
    const remedy = "allow more with ulimit -n";
    return new GitError("GIT_FAILED", `git could not be started: too many files are open; ${remedy}`, {
      cause,
    });
  }
  return new GitError("GIT_FAILED", `git could not be started in ${directory}: ${cause.message}`, { cause });
}
