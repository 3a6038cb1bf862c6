import type { ChildProcessByStdio, ChildProcessWithoutNullStreams } from "node:child_process";
import { devNull } from "node:os";
import { join } from "node:path";
import { getBuiltinModule } from "node:process";
import type { Readable, Writable } from "node:stream";
import { GitError } from "./git-error.ts";
import { gitFailureOf, startFailureOf } from "./git-failure.ts";
import type { GivenAnswers } from "./given-answers.ts";

export type GitEnvironment = Readonly<Record<string, string | undefined>>;

/** Where git runs and what it inherits. */
export interface GitContext {
  readonly directory: string;
  readonly env: GitEnvironment;
  /** What git was asked in this environment before; absent where nothing was. */
  readonly answers?: GivenAnswers;
}

export interface GitProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when git has ended and its output is read; rejects with a GitError that carries its standard error. */
  readonly ended: Promise<void>;
  /** Gives what git wrote to its standard error so far: its warnings, where it ended well. */
  readonly said: () => string;
}

// A program named by core.fsmonitor is run even by plumbing, and path names are never patterns here.
const everyCall = ["--no-optional-locks", "-c", "core.fsmonitor=false"];
const literally = ["--literal-pathspecs"];

const stderrLimitBytes = 16 * 1024;

/**
 * Starts git with the inherited environment, so that the index and object directory of a running hook are the ones seen.
 *
 * @param doing completes "cannot …" in errors.
 */
export function startGit(context: GitContext, args: readonly string[], doing: string): GitProcess {
  const child = spawnGit(context, args, "pipe") as ChildProcessWithoutNullStreams;
  // A git that ends early breaks the pipe; its exit status says why.
  child.stdin.on("error", () => {});
  return { child, ...awaitGit(context, child, doing) };
}

type GitWithOutput = ChildProcessByStdio<Writable | null, Readable, Readable>;

function awaitGit(context: GitContext, child: GitWithOutput, doing: string): Omit<GitProcess, "child"> {
  const stderr: Buffer[] = [];
  let stderrBytes = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    if (stderrBytes < stderrLimitBytes) stderr.push(chunk);
    stderrBytes += chunk.length;
  });
  const said = (): string => Buffer.concat(stderr).toString("utf8");
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", (cause) => reject(startFailureOf(context.directory, cause)));
    child.on("close", (status, signal) => {
      if (status === 0) {
        resolve();
        return;
      }
      const exit = signal === null ? `exited with ${status}` : `was ended by ${signal}`;
      reject(gitFailureOf(doing, context.directory, exit, said()));
    });
  });
  // The rejection reaches callers that await `ended`; one that stops early never does.
  ended.catch(() => {});
  return { ended, said };
}

function spawnGit(context: GitContext, args: readonly string[], stdin: "pipe" | "ignore"): GitWithOutput {
  try {
    // The one command that takes paths but rejects --literal-pathspecs.
    const paths = args[0] === "check-ignore" ? [] : literally;
    // Loading it takes 3 ms, which a run that starts nothing need not wait for.
    const child = getBuiltinModule("node:child_process").spawn("git", [...paths, ...everyCall, ...args], {
      cwd: context.directory,
      env: plumbingEnvironment(context.env),
      stdio: [stdin, "pipe", "pipe"],
      windowsHide: true,
    });
    // Where no more files may be open, Node gives a child without streams, whatever its types say.
    if (!(child.stdout as Readable | null | undefined)) {
      child.on("error", () => {});
      throw Object.assign(new Error("spawn git EMFILE"), { code: "EMFILE" });
    }
    return child as GitWithOutput;
  } catch (cause) {
    // Some causes, such as a file for a directory, are thrown rather than emitted.
    throw startFailureOf(context.directory, cause instanceof Error ? cause : new Error(String(cause)));
  }
}

/**
 * Runs git to its end and gives all of its standard output.
 *
 * @param onWarning is told of every line that git writes to its standard error and ends well all the same.
 */
export async function runGit(
  context: GitContext,
  args: readonly string[],
  doing: string,
  input: string | Uint8Array = "",
  onWarning?: (line: string) => void,
): Promise<Buffer> {
  if (input === "" && context.answers?.directory === context.directory) {
    const given = context.answers.take(args);
    if (given !== undefined) return given;
  }
  // A commit waits for three of these, and making a pipe takes longer than making none.
  const child = spawnGit(context, args, input === "" ? "ignore" : "pipe");
  const { ended, said } = awaitGit(context, child, doing);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  await ended;
  if (onWarning !== undefined) for (const line of said().split("\n").filter(Boolean)) onWarning(line);
  const output = Buffer.concat(chunks);
  // All of it would be held twice until it is collected, which is later than the next thing needs its room.
  if (output.length >= largeBytes) for (const { buffer } of chunks) (buffer as ArrayBuffer).transfer(0);
  return output;
}

const largeBytes = 1024 * 1024;

/** In a list of revisions are ids, each with a caret where it is excluded. */
const notPlain = /[^0-9a-f^\n]/u;
const plainWord = /^[a-z][a-z-]*$|^--[a-z][a-z-]*(?:=[a-z]+)?$/u;

/**
 * Runs several calls of git, one after another, from a process that git starts, and gives the standard output of each: where this
 * process has hundreds of megabytes, starting one takes longer than what git does for a small question.
 *
 * @param mostBytes of all answers together: beyond it the calls are better made one by one
 * @throws {@link GitError} when one of the calls fails, or there is more
 */
export async function runGitEach(
  context: GitContext,
  calls: readonly { readonly args: readonly string[]; readonly input: string }[],
  doing: string,
  mostBytes: number,
): Promise<readonly Buffer[]> {
  if (calls.length === 0) return [];
  // They become words of a script, so nothing else may be among them.
  if (calls.some(({ args, input }) => !args.every((word) => plainWord.test(word)) || notPlain.test(input)))
    throw new TypeError("only ids and plain options can be asked for together");
  const script = calls.map(
    ({ args, input }) => `git ${args.join(" ")} <<E || exit\n${input}E\nprintf '\\0'\n`,
  );
  // git brings the shell along where the machine has none.
  const { child, ended } = startGit(context, ["-c", "alias.keywarden-each=!sh", "keywarden-each"], doing);
  child.stdin.end(script.join(""));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the pipe, which ends whatever still writes to it.
    if (bytes > mostBytes) throw new GitError("GIT_BAD_OUTPUT", `cannot ${doing}: git has more to say`);
  }
  await ended;
  const output = Buffer.concat(chunks);
  const parts: Buffer[] = [];
  for (let at = 0, end = output.indexOf(0); end !== -1; at = end + 1, end = output.indexOf(0, at))
    parts.push(output.subarray(at, end));
  if (parts.length !== calls.length)
    throw new GitError("GIT_BAD_OUTPUT", `git answered ${parts.length} of ${calls.length} calls`);
  return parts;
}

// Nothing exists below a device file; git ignores a missing file.
const noFile = join(devNull, "none");

function plumbingEnvironment(inherited: GitEnvironment): NodeJS.ProcessEnv {
  const {
    // git refuses to combine any of these with --literal-pathspecs.
    GIT_GLOB_PATHSPECS: _glob,
    GIT_NOGLOB_PATHSPECS: _noGlob,
    GIT_ICASE_PATHSPECS: _ignoreCase,
    ...env
  } = inherited;
  return {
    ...env,
    GIT_NO_LAZY_FETCH: "1",
    // Objects are read as they are stored and as others will get them, not as this clone redirects them.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: noFile,
    // Before 2.45 git knows no GIT_NO_LAZY_FETCH and would fill a partial clone's gaps from the network.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}
