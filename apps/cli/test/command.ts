import { execFile } from "node:child_process";
import { aforo, aero2, auroraSolar } from "@keywarden/key-format";
import type { Secret } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { inject } from "vitest";

// No hook takes its shortcut, so that each test reaches the check itself; the shortcut's own tests start what is published.
const withoutShortcut = inject("programWithoutShortcut");

/** Every key that the tests plant; no output of any run may show one. */
export const keys: readonly Secret[] = [
  makeKey(aforo, { kind: "secret", environment: "production" }, 11),
  makeKey(aforo, { kind: "secret", environment: "sandbox" }, 12),
  makeKey(auroraSolar, { kind: "restricted", environment: "production" }, 13),
  makeKey(aero2, { kind: "publishable", environment: "production" }, 14),
];

export const [live = "", test = "", restricted = "", publishable = ""] = keys.map((key) => key.reveal());

export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Place {
  readonly directory: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
  /** The program without the shortcut unless given. */
  readonly program?: string | undefined;
}

/** Where a command runs in a test repository, with its environment. */
export function placeOf({ path, env }: TestRepository): Required<Pick<Place, "directory" | "env">> {
  return { directory: path, env };
}

/** Runs keywarden as a process; fails when anything that it prints shows a key. */
export function keywarden(
  args: readonly string[],
  { directory, env, input, program = withoutShortcut }: Place,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const options = { cwd: directory, env: { ...process.env, ...env }, maxBuffer: 1 << 28 };
    const child = execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      try {
        assertNoKey(stdout + stderr, keys);
      } catch (leak) {
        reject(leak);
        return;
      }
      if (typeof status === "number") resolve({ status, stdout, stderr });
      else reject(new Error("keywarden did not run", { cause: error }));
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}

export interface JsonReport {
  readonly findings: readonly Readonly<Record<string, unknown>>[];
  readonly summary: Readonly<Record<string, Readonly<Record<string, number>>>> & {
    readonly complete: boolean;
  };
}

/** Runs a scan with a JSON report. */
export async function scanJson(
  args: readonly string[],
  place: Place,
): Promise<JsonReport & { readonly status: number }> {
  const { status, stdout, stderr } = await keywarden(["scan", "--format", "json", ...args], place);
  if (stdout === "") throw new Error(`no report: ${stderr}`);
  return { ...(JSON.parse(stdout) as JsonReport), status };
}

/** Makes a repository with one commit in it, whose hook is ours. */
export async function guardedRepository(
  options: {
    readonly objectFormat?: "sha1" | "sha256";
    readonly isUnborn?: boolean;
    readonly program?: string | undefined;
  } = {},
): Promise<TestRepository> {
  const { isUnborn = false, objectFormat = "sha1", program } = options;
  const repository = await makeRepository({ objectFormat });
  if (!isUnborn) {
    repository.write("readme.md", "hello\n");
    await repository.commit("first");
  }
  await keywarden(["hook", "install"], { directory: repository.path, env: repository.env, program });
  return repository;
}

/** Tries a commit through the real hook; fails when git or the hook shows a key. */
export async function tryCommit(
  repository: TestRepository,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly isBlocked: boolean; readonly output: string }> {
  const { exitCode, stdout, stderr } = await repository.run(["commit", "-q", "-m", "change", ...args], {
    env,
  });
  const output = stdout.toString("utf8") + stderr;
  assertNoKey(output, keys);
  if (exitCode !== 0 && !output.includes("commit stopped"))
    throw new Error(`git failed otherwise: ${output}`);
  return { isBlocked: exitCode !== 0, output };
}
