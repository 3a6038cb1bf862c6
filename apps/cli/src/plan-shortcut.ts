import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { HookShortcut, Repository } from "@keywarden/git";
import { listTelltales } from "@keywarden/scan";
import { baselineFolder } from "./config/baseline.ts";
import { configFile } from "./config/standard-config.ts";
import { loadStagedSetup } from "./config/load-config.ts";
import { locateProgram } from "./hook-command.ts";
import type { HookPlace } from "./hook-command.ts";

/**
 * Gives what lets git prove that a commit holds no key, or null where only a scan can tell: for a program that is no
 * build, that a hook finds by name alone, or whose accepted keys could be out of date whatever is staged.
 *
 * @throws CliError CLI_CONFIG when the staged configuration cannot be used.
 */
export async function planShortcut(repository: Repository, place: HookPlace): Promise<HookShortcut | null> {
  if (place.name !== "pre-commit" && place.name !== "pre-merge-commit") return null;
  const program = locateProgram(place);
  if (program === null) return null;
  const file = join(dirname(program), "build-id").replaceAll("\\", "/");
  const local = resolve(repository.directory, file);
  if (!existsSync(local)) return null;
  const { config, baseline } = await loadStagedSetup(repository);
  if (baseline !== null || config.allow.length > 0) return null;
  const paths = [configFile, baselineFolder];
  return {
    telltales: listTelltales(config.providers),
    build: { file, id: readFileSync(local, "latin1").trim() },
    settings: { paths, listing: await listStage(repository, paths) },
    objectFormat: repository.objectFormat,
  };
}

async function listStage(repository: Repository, paths: readonly string[]): Promise<string> {
  const args = ["--literal-pathspecs", "-c", "core.fsmonitor=false", "ls-files", "--stage", "--", ...paths];
  const options = { cwd: repository.directory, env: { ...repository.env } };
  const { stdout } = await promisify(execFile)("git", args, options);
  return stdout.trimEnd();
}
