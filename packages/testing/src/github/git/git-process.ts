import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { GitHubEmulatorError } from "../emulator-error.ts";

/** An environment in which neither the machine's git configuration nor a surrounding hook is felt. */
export function gitEnvironment(home: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].toUpperCase().startsWith("GIT_"),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}

/**
 * Runs git in a bare repository and returns what it printed.
 * @throws {@link GitHubEmulatorError} EMULATOR_GIT when git is missing or fails
 */
export async function runHostGit(directory: string, args: readonly string[], input = ""): Promise<Buffer> {
  const child = spawn("git", args, { cwd: directory, env: gitEnvironment(directory), windowsHide: true });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
  // Git may end without reading all of its input; its exit status tells why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  const status = await promise.catch((cause: unknown) => {
    const why = (cause as NodeJS.ErrnoException).code ?? "no reason given";
    throw new GitHubEmulatorError("EMULATOR_GIT", `cannot run git in ${directory}: ${why}`, { cause });
  });
  if (status !== 0) {
    const complaint = Buffer.concat(complaints).toString().trim();
    throw new GitHubEmulatorError(
      "EMULATOR_GIT",
      `git ${args.join(" ")} in ${directory} failed: ${complaint}`,
    );
  }
  return Buffer.concat(output);
}

/** All refs of a repository, by full name, with the ids they hold. */
export async function listHostedRefs(directory: string): Promise<Map<string, string>> {
  const lines = await runHostGit(directory, ["for-each-ref", "--format=%(objectname) %(refname)"]);
  return new Map(
    lines
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]),
  );
}

/** The commit that a revision comes down to, or null when there is none. */
export async function peelToCommit(directory: string, revision: string): Promise<string | null> {
  if (revision.startsWith("-")) return null;
  try {
    const id = await runHostGit(directory, [
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ]);
    return id.toString().trim().split("\n").at(-1) ?? null;
  } catch (error) {
    // That git could not run says nothing of the revision.
    if (error instanceof GitHubEmulatorError && error.cause !== undefined) throw error;
    return null;
  }
}
