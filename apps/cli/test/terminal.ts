import { run } from "../src/run.ts";
import { assertNoKey } from "@keywarden/testing";
import { keys, type Result } from "./command.ts";

/** 2026-11-21T04:00:00Z */
const usualNowMs = 1_795_233_600_000;

interface Surroundings {
  readonly directory: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly isTerminal?: boolean;
  readonly nowMs?: number;
  /** What stands on standard input. */
  readonly input?: string;
}

/** Runs a command in this process, at a time that stands still; fails when anything that it prints shows a key. */
export async function runHere(argv: readonly string[], surroundings: Surroundings): Promise<Result> {
  const { directory, env = {}, columns = 100, isTerminal = false, nowMs = usualNowMs, input } = surroundings;
  let stdout = "";
  let stderr = "";
  const status = await run({
    argv,
    env: { PATH: process.env["PATH"], HOME: directory, ...env },
    directory,
    program: "/nowhere/keywarden",
    runtime: process.execPath,
    stdin: (async function* () {
      if (input !== undefined) yield Buffer.from(input);
    })(),
    isTerminal,
    isErrorTerminal: false,
    columns,
    become: () => Promise.reject(new Error("no other program runs here")),
    leave: () => {},
    now: () => nowMs,
    print: (text) => {
      stdout += text;
    },
    warn: (text) => {
      stderr += text;
    },
  });
  assertNoKey(stdout + stderr, keys);
  return { status, stdout, stderr };
}
