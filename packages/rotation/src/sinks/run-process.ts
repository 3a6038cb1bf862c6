import { spawn, type ChildProcess } from "node:child_process";
import { describeSystemError } from "@keywarden/key-format/words";
import { providersOf, redactWithin } from "@keywarden/key-format";
import { SinkError } from "./sink-error.ts";

export interface ProcessCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  /** Written to standard input, which is then closed. */
  readonly input: string;
  readonly timeoutMs: number;
  /** Lets the system's shell read `file` as a command line. */
  readonly isShell?: boolean;
  /** Never shown, even when the program repeats it. */
  readonly hidden: readonly string[];
}

export interface ProcessResult {
  readonly status: number | null;
  readonly stdout: string;
  /** Fit to show: the last words of standard error in one line, redacted. */
  readonly complaint: string;
}

const longestOutput = 1024 * 1024;

/**
 * Runs a program and waits for its end.
 *
 * @throws {@link SinkError} SINK_NOT_READY when it cannot be started, SINK_UNAVAILABLE when it takes too long
 */
export function runProcess(call: ProcessCall): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = start(call);
    let stdout = "";
    let stderr = "";
    // Where no more files can be opened, there are no streams.
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (stdout.length < longestOutput) stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-longestOutput);
    });
    // A program may end without reading; its exit status says whether that was right.
    child.stdin?.on("error", () => {});
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child.pid);
    }, call.timeoutMs);
    child.once("error", (cause) => {
      clearTimeout(timer);
      reject(notStarted(call.file, cause));
    });
    child.once("close", (status) => {
      clearTimeout(timer);
      if (isLate) {
        const seconds = call.timeoutMs / 1000;
        reject(new SinkError("SINK_UNAVAILABLE", `${call.file} did not end within ${seconds} s`));
      } else resolve({ status, stdout, complaint: sanitise(stderr, call.hidden) });
    });
    child.stdin?.end(call.input);
  });
}

/** Node tells of a program that cannot be started by an event or, for some reasons, at once. */
function start({ file, args, directory, env, isShell = false }: ProcessCall): ChildProcess {
  try {
    return spawn(file, args, {
      cwd: directory,
      env,
      shell: isShell,
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own, so that a time-out ends what the program started, too.
      detached: process.platform !== "win32",
    });
  } catch (cause) {
    throw notStarted(file, cause);
  }
}

/** What a machine that is busy says, and will not a moment later. */
const passing: ReadonlySet<unknown> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM", "ETXTBSY"]);

function notStarted(file: string, cause: unknown): SinkError {
  const isTransient = cause instanceof Error && "code" in cause && passing.has(cause.code);
  const advice = isTransient ? "" : "; is it on the PATH?";
  const message = `${file} cannot be started: ${describeSystemError(cause)}${advice}`;
  return new SinkError("SINK_NOT_READY", message, { isTransient });
}

function endGroup(processId: number | undefined): void {
  if (processId === undefined) return;
  try {
    process.kill(process.platform === "win32" ? processId : -processId, "SIGKILL");
  } catch {
    // It ended in the meantime.
  }
}

/** Makes a program's or server's words fit to show: one line, short, without the key in any spelling that we know. */
export function sanitise(text: string, hidden: readonly string[]): string {
  const spellings = hidden.flatMap((secret) => [secret, Buffer.from(secret, "utf8").toString("base64")]);
  const without = spellings.filter(Boolean).reduce((rest, one) => rest.replaceAll(one, "[redacted]"), text);
  const line = redactWithin(without, builtIn)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  // A key without its beginning is known to nobody: what is cut off ends with a whole word.
  return line.length <= longestComplaint ? line : line.slice(-longestComplaint).replace(/^\S*\s?/, "…");
}

const longestComplaint = 300;
const builtIn = providersOf([]).providers;
