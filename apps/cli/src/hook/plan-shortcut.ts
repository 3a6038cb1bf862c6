import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { HookShortcut, Repository } from "@keywarden/git";
import { leftBoundaries, listPrefilterLiterals, listPrefilterPatterns } from "@keywarden/scan";
import { baselineFolder, configFile, loadStagedSetup } from "@keywarden/repository-config";
import type { LearnFormats } from "@keywarden/repository-config";
import { isCommitted, locateProgram, locateScript } from "./hook-command.ts";
import type { HookSurroundings } from "./hook-command.ts";

// A shell reads it at every commit; this is 500 names of a baseline.
const longestListing = 64 * 1024;

/**
 * Gives what lets git prove that a commit contains no key, or null if only a scan can tell: for a program that is not a
 * build, that a hook finds by name alone, or with a baseline so large that its names would slow every commit down.
 *
 * Accepted keys do not matter: where nothing can be found there is nothing to accept, and a scan of what is staged
 * complains of an entry that has expired only where it finds something that the entry fits.
 *
 * @throws CliError CLI_CONFIG when the staged configuration cannot be used.
 */
export async function planShortcut(
  repository: Repository,
  location: HookSurroundings,
  learnFormats: LearnFormats,
): Promise<HookShortcut | null> {
  if (location.name !== "pre-commit" && location.name !== "pre-merge-commit") return null;
  // What a committed hook needs of this machine is not committed with it, and may name a version.
  const program =
    isCommitted(location) && locateScript(location) !== null ? location.program : locateProgram(location);
  if (program === null) return null;
  const file = join(dirname(program), "build-id").replaceAll("\\", "/");
  const local = resolve(repository.directory, file);
  if (!existsSync(local)) return null;
  const { config } = await loadStagedSetup(repository, learnFormats);
  const paths = [configFile, baselineFolder];
  const listing = await listStage(repository, paths);
  if (listing.length > longestListing) return null;
  return {
    literals: listPrefilterLiterals(config.providers),
    patterns: listPrefilterPatterns(config.providers),
    leftBoundaries,
    build: { file, id: readFileSync(local, "latin1").trim() },
    settings: { paths, listing },
    objectFormat: repository.objectFormat,
  };
}

async function listStage(repository: Repository, paths: readonly string[]): Promise<string> {
  const args = ["--literal-pathspecs", "-c", "core.fsmonitor=false", "ls-files", "--stage", "--", ...paths];
  const options = { cwd: repository.directory, env: { ...repository.env }, maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)("git", args, options);
  return stdout.trimEnd();
}
