import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { GitError } from "./git-error.ts";
import { runGit } from "./process.ts";
import type { Arrived } from "./objects/arrived.ts";
import type { GivenAnswers } from "./given-answers.ts";
import type { GitEnvironment, GitContext } from "./process.ts";

export type ObjectFormat = "sha1" | "sha256";

/** A repository that git itself has confirmed; every function of this package takes one. */
export interface Repository {
  /** Absolute; where git runs: the top level of the work tree, or else the git directory. */
  readonly directory: string;
  /** Absolute; the linked worktree's own one inside a linked worktree. */
  readonly gitDirectory: string;
  /** Absolute; shared by all linked worktrees, holds objects, refs and hooks. */
  readonly commonDirectory: string;
  readonly isBare: boolean;
  readonly objectFormat: ObjectFormat;
  /** Inherited, with relative GIT_* paths made absolute. */
  readonly env: GitEnvironment;
  /** What git was asked before; absent where nothing was. */
  readonly answers?: GivenAnswers;
  /** Whether one git stays for all questions about objects, as a service wants that asks many; absent: none does. */
  readonly keepsReader?: boolean;
  /** What a mirror did not have a moment ago; absent where nobody knows. */
  readonly arrived?: Arrived;
}

// Relative ones are meant from where git was called; only the index is meant from the top level.
const pathVariables = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_SHALLOW_FILE",
] as const;

const question = [
  "rev-parse",
  "--path-format=absolute",
  "--is-bare-repository",
  "--show-object-format",
  "--git-dir",
  "--git-common-dir",
];

/**
 * Finds the repository that a directory belongs to, exactly as git does, `GIT_DIR` and friends included.
 *
 * @throws {@link GitError} GIT_MISSING, GIT_NOT_A_REPOSITORY, GIT_DUBIOUS_OWNERSHIP, GIT_REPOSITORY_BROKEN where its work tree is
 * gone, or GIT_BAD_OUTPUT when git is older than 2.31.
 */
export async function openRepository(
  directory: string,
  env: GitEnvironment,
  answers: GivenAnswers | null = null,
): Promise<Repository> {
  const from = resolve(directory);
  const absolute: Record<string, string | undefined> = { ...env };
  for (const name of pathVariables) {
    const value = env[name];
    if (value !== undefined && value !== "") absolute[name] = resolve(from, value);
  }
  const given = answers === null ? {} : { answers };
  const context = { directory: from, env: absolute, ...given };
  const answer = (await ask(context)).toString("utf8").split("\n");
  const [bare, format, gitDirectory, commonDirectory, topLevelOrEnd, end, ...more] = answer;
  if (
    (bare !== "true" && bare !== "false") ||
    (format !== "sha1" && format !== "sha256") ||
    gitDirectory === undefined ||
    commonDirectory === undefined ||
    (end ?? topLevelOrEnd) !== "" ||
    more.length > 0 ||
    !isAbsolute(commonDirectory)
  ) {
    const remedy = "git 2.31 or newer and a path without line breaks are needed";
    throw new GitError("GIT_BAD_OUTPUT", `git did not say where the repository of ${from} is; ${remedy}`);
  }
  const topLevel = end === undefined ? gitDirectory : resolve(topLevelOrEnd ?? "");
  if (!existsSync(topLevel)) {
    const remedy =
      "make it, or correct core.worktree (git config --show-origin core.worktree) or GIT_WORK_TREE";
    throw new GitError(
      "GIT_REPOSITORY_BROKEN",
      `the work tree of ${gitDirectory} is ${topLevel}, which is not there; ${remedy}`,
    );
  }
  const index = env["GIT_INDEX_FILE"];
  if (index !== undefined && index !== "") absolute["GIT_INDEX_FILE"] = resolve(topLevel, index);
  return {
    directory: topLevel,
    gitDirectory,
    commonDirectory,
    isBare: bare === "true",
    objectFormat: format,
    env: absolute,
    ...given,
  };
}

// One process answers everything, except without a work tree: in a bare repository, and inside a git directory.
async function ask(context: GitContext): Promise<Buffer> {
  try {
    return await runGit(context, [...question, "--show-toplevel"], "open the repository");
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== "GIT_NO_WORK_TREE") throw error;
    return runGit(context, question, "open the repository");
  }
}
