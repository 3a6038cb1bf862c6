import { existsSync } from "node:fs";
import { chainedSuffix, insertBlock, ownHeader, splitHook } from "./hook-block.ts";
import type { SplitHook } from "./hook-block.ts";
import { readHookFile } from "./hook-file.ts";
import type { HookFile } from "./hook-file.ts";
import { locateHook } from "./hook-location.ts";
import type { HookLocation } from "./hook-location.ts";
import type { HookName } from "./hook-name.ts";
import type { HookReport } from "./hook-report.ts";
import type { Repository } from "../repository.ts";

/**
 * Says which hook of this name fires here and whether it is ours; changes nothing.
 *
 * @throws {@link GitError} GIT_HOOK_CONFLICT when our lines in it are damaged, GIT_NO_WORK_TREE, GIT_HOOKS_UNWRITABLE.
 */
export async function hookStatus(repository: Repository, name: HookName = "pre-commit"): Promise<HookReport> {
  return reportOn(await locateHook(repository, name), repository);
}

export function reportOn(location: HookLocation, repository: Repository): HookReport {
  const { name, manager, path, firesFrom, isShared } = location;
  const nothing = { chained: false, command: null, shortcut: null, problem: null };
  const report = { name, manager, path, firesFrom, isShared, ...nothing };
  const file = readHookFile(path);
  if (file === null) return { ...report, state: "absent" };
  const split = splitHook(name, file.content, path);
  const problem = whyItDoesNotFire(location, file, repository.env);
  if (split.block === null) return { ...report, state: "foreign", problem };
  const damage = whyItIsNotAsWritten(file, split, split.block.command);
  return {
    ...report,
    state: problem === null && damage === null ? "installed" : "outdated",
    chained: hasForeignCode(split) || existsSync(`${path}${chainedSuffix}`),
    command: split.block.command,
    shortcut: split.block.shortcut,
    problem: problem ?? damage,
  };
}

function hasForeignCode({ foreign }: SplitHook): boolean {
  return (
    foreign !== ownHeader && foreign.split("\n").some((line) => line.trim() !== "" && !line.startsWith("#"))
  );
}

function whyItDoesNotFire(
  { manager, path, firesFrom }: HookLocation,
  file: HookFile,
  env: Repository["env"],
): string | null {
  if (manager !== "husky") {
    return file.isExecutable ? null : `${path} is not executable, so git ignores it`;
  }
  if (env["HUSKY"] === "0") return "HUSKY=0 is set in the environment, so husky runs no hook";
  const launcher = readHookFile(firesFrom);
  if (launcher === null) return `husky is not set up in this clone (${firesFrom} is missing); run: npx husky`;
  return launcher.isExecutable ? null : `${firesFrom} is not executable, so git ignores it; run: npx husky`;
}

function whyItIsNotAsWritten(
  file: HookFile,
  { foreign, block, blocks }: SplitHook,
  command: string,
): string | null {
  if (blocks > 1) return `it holds keywarden's lines ${blocks} times`;
  if (block === null || command === "") return "keywarden's lines in it were changed";
  return insertBlock(foreign, block) === file.content
    ? null
    : "keywarden's lines in it were changed, moved, or written by another version";
}
