import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { AppFolder } from "@keywarden/testing/built-program";

/** What a program left when it ended; its status is `null` where a signal ended it, and so never taken for 0. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a program runs. */
export interface Place {
  readonly directory: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** The file that starts a built app. */
export function programOf(app: AppFolder): string {
  return fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
}

/** Runs a built app to its end. @throws Error as {@link runFile} does */
export function runBuilt(app: AppFolder, args: readonly string[], place: Place): Promise<Result> {
  return runFile(process.execPath, [programOf(app), ...args], place);
}

/** Runs a program to its end. @throws Error when it did not start */
export function runFile(file: string, args: readonly string[], place: Place): Promise<Result> {
  const { directory, env = process.env, input = "" } = place;
  return new Promise((resolve, reject) => {
    const options = { cwd: directory, env: { ...env }, maxBuffer: 1 << 28 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (typeof error?.code === "string") reject(new Error(`${file} did not start`, { cause: error }));
      else resolve({ status: child.exitCode, stdout, stderr });
    });
    // A program that reads no input may end before it is written.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
