import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { GivenAnswers } from "./given-answers.ts";
import type { GitEnvironment } from "./process.ts";
import type { Repository } from "./repository.ts";

/**
 * Gives the repository whose top level `directory` most likely is, without asking git: questions can be asked there while
 * `openRepository` confirms it. `null` where that would be guesswork.
 */
export function expectRepository(
  directory: string,
  env: GitEnvironment,
  answers: GivenAnswers | null = null,
): Repository | null {
  if (Object.keys(env).some((name) => elsewhere.test(name) && (env[name] ?? "") !== "")) return null;
  const top = resolve(directory);
  const gitDirectory = join(top, ".git");
  if (!existsSync(join(gitDirectory, "HEAD"))) return null;
  const index = env["GIT_INDEX_FILE"] ?? "";
  return {
    directory: top,
    gitDirectory,
    commonDirectory: gitDirectory,
    isBare: false,
    objectFormat: "sha1",
    env: index === "" ? env : { ...env, GIT_INDEX_FILE: resolve(top, index) },
    ...(answers === null ? {} : { answers }),
  };
}

const elsewhere = /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE)$/u;

/** Whether what was asked of the one repository was asked of the other. */
export function isSameRepository(one: Repository, other: Repository): boolean {
  return (
    one.directory === other.directory &&
    one.gitDirectory === other.gitDirectory &&
    one.commonDirectory === other.commonDirectory &&
    one.isBare === other.isBare &&
    one.objectFormat === other.objectFormat &&
    one.env["GIT_INDEX_FILE"] === other.env["GIT_INDEX_FILE"]
  );
}
