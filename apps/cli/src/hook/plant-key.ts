import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Repository } from "@keywarden/git";
import { aforo, findFormat, generateKey } from "@keywarden/key-format";

/** The name of the file that holds the planted key. */
export const plantedPath = "keywarden-doctor.env";

/** Makes a line with a key of this moment that opens nothing. */
export function plantedLine(): string {
  const format = findFormat(aforo, { kind: "secret", environment: "production" });
  if (format === undefined) throw new Error("the first provider has no secret key");
  return `AFORO_API_KEY=${generateKey(format, randomBytes).reveal()}\n`;
}

/** How a program ended that was run over an index with a key in it. */
export interface Trial {
  readonly status: number;
  /** What it wrote; keywarden never writes a key. */
  readonly output: string;
}

/**
 * Runs a program as a hook over a copy of the index to which a key is added that was made this moment and opens nothing.
 *
 * The copy, the key and every object made for it lie in a folder that goes away; the repository's own index, objects and
 * files are read and never written.
 */
export async function tryWithPlantedKey(
  repository: Repository,
  file: string,
  args: readonly string[],
): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "keywarden-doctor-"));
  try {
    const env = await plant(repository, folder);
    return await runTrial(file, args, repository.directory, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function plant(repository: Repository, folder: string): Promise<Repository["env"]> {
  const { directory, env: inherited, commonDirectory, gitDirectory } = repository;
  const index = join(folder, "index");
  const objects = join(folder, "objects");
  mkdirSync(objects);
  const source = inherited["GIT_INDEX_FILE"] ?? join(gitDirectory, "index");
  if (existsSync(resolve(directory, source))) copyFileSync(resolve(directory, source), index);
  const own = inherited["GIT_OBJECT_DIRECTORY"] ?? join(commonDirectory, "objects");
  const env = {
    ...inherited,
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: own,
  };
  const git = (args: readonly string[], input = ""): Promise<string> => askGit(args, directory, env, input);
  const id = await git(["hash-object", "-w", "--stdin", "--no-filters"], plantedLine());
  await git(["update-index", "--add", "--cacheinfo", `100644,${id.trim()},${plantedPath}`]);
  await git(["update-index", "--skip-worktree", plantedPath]);
  return env;
}

async function askGit(
  args: readonly string[],
  cwd: string,
  env: Repository["env"],
  input: string,
): Promise<string> {
  const running = promisify(execFile)("git", ["-c", "core.fsmonitor=false", ...args], {
    cwd,
    env: { ...env },
  });
  // A command that takes no input may be gone before it is offered any.
  running.child.stdin?.on("error", () => {});
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** Runs a program to its end, or to the end of its time. */
export function runTrial(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Repository["env"],
  timeoutMs = 0,
): Promise<Trial> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    let output = "";
    const add = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.on("error", fail);
    child.on("close", (status) => done({ status: status ?? 2, output }));
  });
}
