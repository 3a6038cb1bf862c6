import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { type ProcessTerminal, type Program, runProgram } from "@keywarden/command-line";

/** Runs a program in this process; what the handlers of any of them need beside the common terminal is there. */
export async function runInProcess<T extends ProcessTerminal>(
  program: Program<T>,
  argv: readonly string[],
  directory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  const stream = () => new PassThrough().on("data", (chunk: Buffer) => write(String(chunk)));
  const terminal = {
    argv,
    env: { PATH: process.env["PATH"], HOME: directory, ...env },
    print: write,
    warn: write,
    directory,
    home: directory,
    program: "/nowhere/program",
    runtime: process.execPath,
    stdin: (async function* () {})(),
    isTerminal: false,
    isErrorTerminal: false,
    columns: 80,
    become: () => Promise.reject(new Error("no other program runs here")),
    now: () => Date.UTC(2026, 10, 28),
    wallClockMs: () => Date.UTC(2026, 10, 28),
    monotonicMs: () => 0,
    fetch: async () => {
      throw new TypeError("nothing is sent");
    },
    stdout: stream(),
    stderr: stream(),
    clock: Date.now,
    randomBytes,
    stop: AbortSignal.abort(),
    stopped: Promise.resolve(),
    onReload: () => {},
    prepareToServe: () => {},
  };
  const status = await runProgram(program, terminal as unknown as T);
  return { status, text };
}
