import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Program {
  /** Everything it said so far. */
  readonly lines: readonly string[];
  /** Waits until it has said this many lines, or is gone. */
  said(count: number): Promise<void>;
  /** Writes a line to its standard input. */
  tell(line: string): void;
  /** Waits until it has ended by itself. */
  readonly ended: Promise<void>;
  /** Ends it as a power cut would, and waits until all that it said has arrived. */
  kill(): Promise<void>;
}

const programs = {
  writer: new URL("./programs/writer.ts", import.meta.url),
  holder: new URL("./programs/holder.ts", import.meta.url),
  worker: new URL("./programs/worker.ts", import.meta.url),
  rotator: new URL("./programs/rotator.ts", import.meta.url),
};

/** Starts one of this folder's programs in a process of its own; it never outlives the test. */
export function startProgram(name: keyof typeof programs, ...args: readonly string[]): Program {
  const file = fileURLToPath(programs[name]);
  const child: ChildProcess = spawn(process.execPath, [file, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const check of waiting) check();
  };
  if (child.stdout === null) throw new Error("the program has no output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    wake();
  });
  let isGone = false;
  const gone = once(child, "close").then(() => {
    isGone = true;
    wake();
  });
  return {
    lines,
    ended: gone,
    tell: (line) => void child.stdin?.write(`${line}\n`),
    said: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (lines.length < count && !isGone) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
