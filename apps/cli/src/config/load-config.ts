import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { GitError, openRepository, readObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { CliError } from "../cli-error.ts";
import { configFile, readConfig, standardConfig } from "./config.ts";
import type { Config } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads keywarden.json from the top of the repository around `directory`, or from `directory` where there is none.
 *
 * @throws CliError CLI_CONFIG when it is there and cannot be used.
 */
export async function loadConfig(directory: string, env: Environment): Promise<Config> {
  const file = join(await findTop(directory, env), configFile);
  try {
    return readConfig(await readFile(file, "utf8"));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CliError || !("code" in error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return standardConfig;
    throw new CliError("CLI_CONFIG", `${file} cannot be read (${String(error.code)}).`, { cause: error });
  }
}

/**
 * Reads keywarden.json as the next commit has it: what is staged counts, not what lies in the work tree.
 *
 * @throws CliError CLI_CONFIG when it is there and cannot be used.
 */
export async function loadStagedConfig(repository: Repository): Promise<Config> {
  const args = [
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "ls-files",
    "--stage",
    "-z",
    "--",
    configFile,
  ];
  const { stdout } = await promisify(execFile)("git", args, {
    cwd: repository.directory,
    env: { ...repository.env },
  });
  const id = /^100\d{3} ([0-9a-f]+) 0\t/.exec(stdout)?.[1];
  if (id === undefined) return standardConfig;
  for await (const { bytes } of readObjects(repository, [id])) return readConfig(bytes.toString("utf8"));
  return standardConfig;
}

async function findTop(directory: string, env: Environment): Promise<string> {
  try {
    const repository = await openRepository(directory, env);
    return repository.isBare ? directory : repository.directory;
  } catch (error) {
    if (error instanceof GitError && isOutside(error)) return directory;
    throw error;
  }
}

/** Whether git says that there is no repository, or is not there to be asked. */
export function isOutside({ code }: GitError): boolean {
  return code === "GIT_NOT_A_REPOSITORY" || code === "GIT_MISSING";
}
