import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { isAbsolute, join, relative } from "node:path";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  /** Added to the repository's own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where git runs; the repository's path unless given. */
  readonly directory?: string;
}

export interface TestRepository {
  /** The top level of the work tree, or the bare repository. */
  readonly path: string;
  /** A directory beside the repository that goes away with it, for worktrees, clones and indexes. */
  readonly outside: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs git and gives its standard output as UTF-8 without the last newline; rejects with git's own words. */
  git(...args: readonly string[]): Promise<string>;
  /** Runs git and gives whatever came of it; a non-zero exit is a result here. */
  run(args: readonly string[], options?: RunOptions): Promise<GitResult>;
  /** Writes a file below the top level, with its folders. Paths that are not UTF-8 are given as bytes. */
  write(path: string | Buffer, content: string | Uint8Array): void;
  /** Stages everything and commits it, hooks included; gives the commit's id. Each commit is a second younger. */
  commit(message: string): Promise<string>;
  remove(): void;
  [Symbol.dispose](): void;
}

const firstCommitSeconds = Date.UTC(2026, 0, 1) / 1000;

/** Makes an empty repository in a temporary directory that sees no configuration but its own. */
export async function makeRepository(
  options: { readonly objectFormat?: "sha1" | "sha256"; readonly bare?: boolean } = {},
): Promise<TestRepository> {
  const temporary = makeTemporaryDirectory();
  const path = join(temporary.path, options.bare === true ? "repository.git" : "repository");
  const home = join(temporary.path, "home");
  const outside = join(temporary.path, "outside");
  for (const directory of [path, home, outside]) mkdirSync(directory);
  refuseRealDirectory(path);

  const env = isolatedEnvironment(home, temporary.path);
  const run = (
    args: readonly string[],
    { input, env: extra, directory }: RunOptions = {},
  ): Promise<GitResult> => runGit(args, directory ?? path, { ...env, ...extra }, input);
  const git = async (...args: readonly string[]): Promise<string> => text(args, await run(args));

  let commits = 0;
  const commit = async (message: string): Promise<string> => {
    await git("add", "--all");
    const date = `${firstCommitSeconds + commits} +0000`;
    commits += 1;
    const args = ["commit", "--quiet", "--allow-empty", "-m", message];
    text(args, await run(args, { env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } }));
    return git("rev-parse", "HEAD");
  };
  const write = (file: string | Buffer, content: string | Uint8Array): void => {
    const absolute = Buffer.concat([Buffer.from(`${path}/`), Buffer.from(file)]);
    mkdirSync(absolute.subarray(0, absolute.lastIndexOf("/")), { recursive: true });
    writeFileSync(absolute, content);
  };

  const init = [
    "init",
    "--quiet",
    "--initial-branch=main",
    `--object-format=${options.objectFormat ?? "sha1"}`,
  ];
  if (options.bare === true) init.push("--bare");
  await git(...init);
  return {
    path,
    outside,
    env,
    git,
    run,
    write,
    commit,
    remove: temporary.remove,
    [Symbol.dispose]: () => temporary.remove(),
  };
}

// GIT_* of the process around (a test run from a hook, say) would make git work on that repository instead.
function isolatedEnvironment(home: string, ceiling: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].toUpperCase().startsWith("GIT_"),
  );
  const date = `${firstCommitSeconds} +0000`;
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
    GIT_CONFIG_SYSTEM: devNull,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: ceiling,
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Ada Author",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: "Carl Committer",
    GIT_COMMITTER_EMAIL: "carl@example.com",
    GIT_COMMITTER_DATE: date,
    LC_ALL: "C",
    TZ: "UTC",
  };
}

function refuseRealDirectory(path: string): void {
  const toHere = relative(path, process.cwd());
  if (!toHere.startsWith("..") && !isAbsolute(toHere)) {
    throw new Error(`a test repository must not hold the working directory ${process.cwd()}`);
  }
}

function runGit(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  input: string | Uint8Array | undefined,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...env }, encoding: "buffer", maxBuffer: 1 << 30 } as const;
    const child = execFile("git", [...args], options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr: stderr.toString("utf8") });
      else reject(new Error(`git ${args[0] ?? ""} did not run in ${cwd}`, { cause: error }));
    });
    // A git that needs no input may exit before it is written.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}

function text(args: readonly string[], { exitCode, stdout, stderr }: GitResult): string {
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")} exited with ${exitCode}: ${stderr.trim()}`);
  return stdout.toString("utf8").replace(/\n$/u, "");
}
