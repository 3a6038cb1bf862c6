import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ProgramOptions {
  /** What to call it in errors. */
  readonly name: string;
  /** A JavaScript or TypeScript file that Node runs. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface RunningProgram {
  readonly name: string;
  /** The first line on standard output: what the program says when it is ready. */
  readonly readyLine: string;
  readonly processId: number;
  /** What it has written to standard error and, after the ready line, to standard output so far. */
  log(): string;
  /** Asks the program to stop (SIGTERM unless told otherwise) and waits until it has; gives its exit status, null after a signal. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** A program that is asked to stop finishes its work first, which takes a busy machine its time. */
const stopTimeoutMs = 60_000;

/** Starts a program on this Node and waits for its first line. @throws Error with the program's own words when it ends before that. */
export async function startProgram({ name, file, args, env }: ProgramOptions): Promise<RunningProgram> {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
    // A Ctrl-C in the terminal goes to the whole foreground group; who started the program stops it, in order.
    detached: true,
  });
  let log = "";
  const collect = (text: string): void => {
    log += text;
  };
  child.stderr.setEncoding("utf8").on("data", collect);
  const ended = once(child, "close").then(() => child.exitCode);
  const lines = createInterface({ input: child.stdout });
  const readyLine = new Promise<string>((resolve, reject) => {
    lines.once("line", (line) => {
      lines.on("line", (next) => collect(`${next}\n`));
      resolve(line);
    });
    child.once("error", (cause) => reject(new Error(`${name} could not be started`, { cause })));
    child.once("close", (status) =>
      reject(new Error(`${name} ended with status ${status} before it was ready\n${log}`)),
    );
  });
  return {
    name,
    readyLine: await readyLine,
    processId: child.pid ?? 0,
    log: () => log,
    stop: (signal = "SIGTERM") => stopChild(child, ended, signal),
  };
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<number | null>,
  signal: "SIGTERM" | "SIGKILL",
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return ended;
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  const status = await ended;
  clearTimeout(timer);
  return status;
}

/** The address in a program's ready line. @throws Error when there is none */
export function readyAddressOf(program: RunningProgram): string {
  const address = /https?:\/\/[^\s"]+/.exec(program.readyLine)?.[0];
  if (address === undefined) throw new Error(`${program.name} did not say its address: ${program.readyLine}`);
  return address;
}
