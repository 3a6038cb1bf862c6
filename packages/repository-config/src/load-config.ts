import { describeSystemError } from "@keywarden/command-line";
import { declaredFormats } from "@keywarden/command-line/declared-formats";
import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { findAnyRepository, readObjects, runGit } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { ConfigError } from "./config-error.ts";
import { baselineFolder, baselineKeyFile, readBaseline } from "./baseline.ts";
import type { Baseline } from "./baseline.ts";
import { configFile, defaultConfig } from "./default-config.ts";
import type { Config } from "./default-config.ts";
import { readTextFile, textOfBytes, UnusableFile } from "./read-text-file.ts";
import { SetupError, type Setup } from "./setup.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Takes the providers of a run, so that from then on nothing that the program prints shows one of their keys. */
export type LearnFormats = (providers: readonly ProviderProfile[]) => void;

/** For whom a configuration is read; a program hands itself on. */
export interface ConfigReader {
  readonly directory: string;
  readonly env: Environment;
  readonly learnFormats: LearnFormats;
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
  const folder = join(top, baselineFolder);
  return readSetup(
    () => readConfigFile(top),
    () =>
      readBaseline(
        ifPresent(folder, (path) => readdirSync(path)) ?? [],
        ifPresent(join(folder, baselineKeyFile), readTextFile),
        (name) => ifPresent(join(folder, name), readTextFile) ?? "",
      ),
    learnFormats,
  );
}

/**
 * Reads keywarden.json and the baseline as the next commit has them: what is staged counts, not what is in the work
 * tree.
 *
 * @throws ConfigError CONFIG_INVALID when one is there and cannot be used.
 */
export async function loadStagedSetup(repository: Repository, learnFormats: LearnFormats): Promise<Setup> {
  return loadListed(repository, ["ls-files", "--stage", "-z", "--"], readIndexLine, "staged", learnFormats);
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
    "committed",
    learnFormats,
  );
}

interface ListedFile {
  readonly path: string;
  readonly id: string;
  readonly mode: string;
}

type ReadLine = (line: string) => readonly ListedFile[];

async function loadListed(
  repository: Repository,
  list: readonly string[],
  readLine: ReadLine,
  how: "staged" | "committed",
  learnFormats: LearnFormats,
): Promise<Setup> {
  const output = await runGit(repository, [...list, configFile, baselineFolder], `read the ${how} settings`);
  const listed = output.toString("utf8").split("\0").flatMap(readLine);
  if (listed.length === 0) return { config: defaultConfig, baseline: null };
  const staged = new Map(listed.map(({ path, id }) => [path, id]));
  const keyPath = `${baselineFolder}/${baselineKeyFile}`;
  const wanted = [configFile, keyPath].flatMap((path) => staged.get(path) ?? []);
  const contents = new Map<string, Buffer>();
  for await (const { id, bytes } of readObjects(repository, new Set(wanted), { takesAsWritten: true }))
    contents.set(id, bytes);
  const textOf = (path: string): string | null => {
    const bytes = contents.get(staged.get(path) ?? "");
    return bytes === undefined ? null : ifPresent(path, () => textOfBytes(bytes));
  };
  const names = Array.from(staged.keys())
    .filter((path) => path.startsWith(`${baselineFolder}/`))
    .map((path) => path.slice(baselineFolder.length + 1));
  const requireFiles = (belongs: (path: string) => boolean): void => {
    for (const { path, mode } of listed) if (belongs(path)) requireFile(mode, path, how);
  };
  return readSetup(
    () => {
      requireFiles((path) => path === configFile);
      return textOf(configFile);
    },
    () => {
      requireFiles((path) => path !== configFile);
      return readBaseline(names, textOf(keyPath));
    },
    learnFormats,
  );
}

/** Reads both parts, so that what is wrong with one says nothing of the other. */
async function readSetup(
  readSource: () => string | null,
  readIds: () => Baseline | null,
  learnFormats: LearnFormats,
): Promise<Setup> {
  const failures: ConfigError[] = [];
  const keep = (error: unknown): void => {
    if (!(error instanceof ConfigError)) throw error;
    failures.push(error);
  };
  let [config, baseline]: [Config, Baseline | null] = [defaultConfig, null];
  let source: string | null = null;
  try {
    source = readSource();
    config = await readText(source, learnFormats);
  } catch (error) {
    keep(error);
    if (source !== null) config = (await import("./read-config.ts")).readUsable(source);
  }
  try {
    baseline = readIds();
    if (failures.length === 0) requireKey(config, baseline);
  } catch (error) {
    keep(error);
  }
  if (failures.length > 0) throw new SetupError(failures, { config, baseline });
  return { config, baseline };
}

function readIndexLine(line: string): readonly ListedFile[] {
  const [, mode, id, path] = /^(\d{6}) ([0-9a-f]+) 0\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || path === undefined) return [];
  return [{ path, id, mode }];
}

function readTreeLine(line: string): readonly ListedFile[] {
  const [, mode, id, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || path === undefined) return [];
  return [{ path, id, mode }];
}

function requireFile(mode: string, path: string, how: string): void {
  if (mode.startsWith("100")) return;
  const what = mode === "120000" ? "a symbolic link" : "no file";
  throw new ConfigError(
    "CONFIG_INVALID",
    `${path} is ${how} as ${what}, so what it says is not part of the commit.`,
  );
}

function requireKey(config: Config, baseline: Baseline | null): void {
  const orphan = baseline === null ? config.allow.find(({ finding }) => finding !== undefined) : undefined;
  if (orphan !== undefined) {
    const { line, column } = orphan.position;
    const remedy = "use fingerprint, or make one with keywarden baseline create";
    throw new ConfigError(
      "CONFIG_INVALID",
      `${configFile}:${line}:${column}: finding ids need a baseline key; ${remedy}`,
    );
  }
}

async function readConfigIn(top: string, learnFormats: LearnFormats): Promise<Config> {
  return readText(readConfigFile(top), learnFormats);
}

// Whoever wrote one of these means it to be read, and on some systems the first is the file itself.
const mistakenNames = ["Keywarden.json", `${configFile}c`, `.${configFile}`];

function readConfigFile(top: string): string | null {
  const source = ifPresent(join(top, configFile), readTextFile);
  const mistaken =
    source === null
      ? mistakenNames.find((name) => lstatSync(join(top, name), { throwIfNoEntry: false }) !== undefined)
      : undefined;
  if (mistaken === undefined) return source;
  throw new ConfigError("CONFIG_INVALID", `${mistaken} is not read: its name has to be ${configFile}.`);
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
    if ((code === "ENOENT" || code === "ENOTDIR") && !isThere(path)) return null;
    const why = code === "ENOENT" ? "it is a link that leads nowhere" : describeReadError(error);
    throw new ConfigError("CONFIG_INVALID", `${path} cannot be read: ${why}.`, { cause: error });
  }
}

function describeReadError(error: unknown): string {
  if (error instanceof UnusableFile) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTDIR" ? "it is no folder" : describeSystemError(error);
}

// A link is there even where what it leads to is not.
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Gives the top of the repository around a folder, or the folder where there is none. */
export async function findTop(directory: string, env: Environment): Promise<string> {
  const repository = await findAnyRepository(directory, env);
  if (repository === null) return directory;
  if (!repository.isBare) return repository.directory;
  // Set by mistake, `core.bare` takes nothing away from the files beside `.git`, nor from what they say about themselves.
  const { commonDirectory } = repository;
  const isBeside = basename(commonDirectory) === ".git" && !isInside(directory, commonDirectory);
  return isBeside && isInside(directory, dirname(commonDirectory)) ? dirname(commonDirectory) : directory;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}
