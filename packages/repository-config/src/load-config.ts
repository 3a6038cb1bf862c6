import { declaredFormats, describeSystemError } from "@keywarden/command-line";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findRepository, readObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { ConfigError } from "./config-error.ts";
import { baselineFolder, baselineKeyFile, readBaseline } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";
import { configFile, defaultConfig } from "./default-config.ts";
import type { Config } from "./default-config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Takes the providers of a run, so that from then on nothing that the program prints shows one of their keys. */
export type LearnFormats = (providers: readonly ProviderProfile[]) => void;

/** For whom a configuration is read; a program hands itself on. */
export interface ConfigReader {
  readonly directory: string;
  readonly env: Environment;
  readonly learnFormats: LearnFormats;
}

/** What a repository says about its own scans. */
export interface Setup {
  readonly config: Config;
  readonly baseline: Baseline | null;
}

/**
 * Reads keywarden.json alone, from where {@link loadSetup} reads it.
 *
 * @throws ConfigError CONFIG_INVALID when it is there and cannot be used.
 */
export async function loadConfig({ directory, env, learnFormats }: ConfigReader): Promise<Config> {
  return await readConfigIn(await findTop(directory, env), learnFormats);
}

/**
 * Reads keywarden.json and the baseline from the top of the repository around `directory`, or from `directory` where
 * there is none.
 *
 * @throws ConfigError CONFIG_INVALID when one is there and cannot be used.
 */
export async function loadSetup({
  directory,
  env,
  learnFormats,
}: ConfigReader): Promise<Setup & { readonly top: string }> {
  const top = await findTop(directory, env);
  return { ...(await loadSetupIn(top, learnFormats)), top };
}

/**
 * Reads keywarden.json and the baseline from this folder.
 *
 * @throws ConfigError CONFIG_INVALID when one is there and cannot be used.
 */
export async function loadSetupIn(top: string, learnFormats: LearnFormats): Promise<Setup> {
  const config = await readConfigIn(top, learnFormats);
  const folder = join(top, baselineFolder);
  const names = ifPresent(folder, (path) => readdirSync(path)) ?? [];
  const keyText = ifPresent(join(folder, baselineKeyFile), (file) => readFileSync(file, "utf8"));
  return joinSetup(config, readBaseline(names, keyText));
}

/**
 * Reads keywarden.json and the baseline as the next commit has them: what is staged counts, not what is in the work
 * tree.
 *
 * @throws ConfigError CONFIG_INVALID when one is there and cannot be used.
 */
export async function loadStagedSetup(repository: Repository, learnFormats: LearnFormats): Promise<Setup> {
  const args = ["-c", "core.fsmonitor=false", "ls-files", "--stage", "-z", "--"];
  return loadListed(repository, args, readIndexLine, learnFormats);
}

/**
 * Reads keywarden.json and the baseline as a commit has them.
 *
 * @throws ConfigError CONFIG_INVALID when one is there and cannot be used.
 */
export async function loadCommitSetup(
  repository: Repository,
  commit: string,
  learnFormats: LearnFormats,
): Promise<Setup> {
  return loadListed(
    repository,
    ["ls-tree", "-r", "-z", "--full-tree", commit, "--"],
    readTreeLine,
    learnFormats,
  );
}

type ReadLine = (line: string) => readonly (readonly [path: string, id: string])[];

async function loadListed(
  repository: Repository,
  list: readonly string[],
  readLine: ReadLine,
  learnFormats: LearnFormats,
): Promise<Setup> {
  const args = ["--literal-pathspecs", ...list, configFile, baselineFolder];
  const { stdout } = await promisify(execFile)("git", args, {
    cwd: repository.directory,
    env: { ...repository.env },
    maxBuffer: 1 << 28,
  });
  const staged = new Map(stdout.split("\0").flatMap(readLine));
  if (staged.size === 0) return { config: defaultConfig, baseline: null };
  const keyPath = `${baselineFolder}/${baselineKeyFile}`;
  const wanted = [configFile, keyPath].flatMap((path) => staged.get(path) ?? []);
  const texts = new Map<string, string>();
  for await (const { id, bytes } of readObjects(repository, new Set(wanted))) {
    texts.set(id, bytes.toString("utf8"));
  }
  const textOf = (path: string): string | null => texts.get(staged.get(path) ?? "") ?? null;
  const names = Array.from(staged.keys())
    .filter((path) => path.startsWith(`${baselineFolder}/`))
    .map((path) => path.slice(baselineFolder.length + 1));
  const config = await readText(textOf(configFile), learnFormats);
  return joinSetup(config, readBaseline(names, textOf(keyPath)));
}

function readIndexLine(line: string): readonly (readonly [path: string, id: string])[] {
  const [, mode, id, path] = /^(\d{6}) ([0-9a-f]+) 0\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || path === undefined) return [];
  requireFile(mode, path, "staged");
  return [[path, id]];
}

function readTreeLine(line: string): readonly (readonly [path: string, id: string])[] {
  const [, mode, id, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || path === undefined) return [];
  requireFile(mode, path, "committed");
  return [[path, id]];
}

function requireFile(mode: string, path: string, how: string): void {
  if (mode.startsWith("100")) return;
  const what = mode === "120000" ? "a symbolic link" : "no file";
  throw new ConfigError(
    "CONFIG_INVALID",
    `${path} is ${how} as ${what}, so what it says is not part of the commit.`,
  );
}

function joinSetup(config: Config, baseline: Baseline | null): Setup {
  const orphan = baseline === null ? config.allow.find(({ finding }) => finding !== undefined) : undefined;
  if (orphan !== undefined) {
    const { line, column } = orphan.position;
    const remedy = "use fingerprint, or make one with keywarden baseline create";
    throw new ConfigError(
      "CONFIG_INVALID",
      `${configFile}:${line}:${column}: finding ids need a baseline key; ${remedy}`,
    );
  }
  return { config, baseline };
}

async function readConfigIn(top: string, learnFormats: LearnFormats): Promise<Config> {
  const source = ifPresent(join(top, configFile), (file) => readFileSync(file, "utf8"));
  return readText(source, learnFormats);
}

// Most commits find no keywarden.json and need not wait for its reader.
async function readText(source: string | null, learnFormats: LearnFormats): Promise<Config> {
  if (source === null) return defaultConfig;
  try {
    const { readConfig } = await import("./read-config.ts");
    const config = readConfig(source);
    learnFormats(config.providers);
    return config;
  } catch (error) {
    // What is wrong with it is going to be shown.
    learnFormats(declaredFormats(source));
    throw error;
  }
}

// These files are small, and Node's own promises for files cost milliseconds to load.
function ifPresent<Content>(path: string, read: (path: string) => Content): Content | null {
  try {
    return read(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const why = describeSystemError(error);
    throw new ConfigError("CONFIG_INVALID", `${path} cannot be read: ${why}.`, { cause: error });
  }
}

async function findTop(directory: string, env: Environment): Promise<string> {
  return (await findRepository(directory, env))?.directory ?? directory;
}
