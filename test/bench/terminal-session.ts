import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { programs } from "./programs.ts";

/** keywarden-tui in a pseudo-terminal of its own. */
export interface TerminalSession {
  /** From the start to the first output that holds the text; fails where the program ends before. */
  readonly saidMs: (text: string) => Promise<number>;
  /** Sends a key and resolves with the milliseconds to the first byte after it. */
  readonly press: (key: string) => Promise<number>;
  readonly type: (keys: string) => void;
  /** Resolves with the bytes that came until nothing was written for so long. */
  readonly quiet: (quietMs: number) => Promise<number>;
  readonly bytesIn: (durationMs: number) => Promise<number>;
  /** CPU seconds of the program so far. */
  readonly cpuSeconds: () => number;
  /** Resident memory in MB, now and at its peak. */
  readonly resident: () => { readonly now: number; readonly peak: number };
  /** The longest stall of its main thread since this was last asked, in CPU milliseconds. */
  readonly longestStallMs: () => Promise<number>;
  readonly end: () => Promise<void>;
}

export interface SessionRequest {
  readonly args: readonly string[];
  readonly columns: number;
  readonly rows: number;
  /** A folder for what measures stalls; without it nothing does, because that costs some CPU itself. */
  readonly stallsIn?: string;
}

// Looks 250 times a second how much CPU the main thread has used since it could last look.
const stallWatch = (file: string): string => `
const { renameSync, writeFileSync } = require("node:fs");
const used = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
let last = used(), worst = 0;
setInterval(() => { const now = used(); worst = Math.max(worst, now - last); last = now; }, 4).unref();
process.on("SIGUSR2", () => { writeFileSync(${JSON.stringify(`${file}.new`)}, String(worst)); renameSync(${JSON.stringify(`${file}.new`)}, ${JSON.stringify(file)}); worst = 0; });
`;

/** Opens the terminal under script(1); null where that is not installed. */
export async function openTerminal({
  args,
  columns,
  rows,
  stallsIn,
}: SessionRequest): Promise<TerminalSession | null> {
  const stalls = stallsIn === undefined ? null : join(stallsIn, "longest-stall");
  const watch = stallsIn === undefined ? null : join(stallsIn, "watch.cjs");
  if (watch !== null && stalls !== null) writeFileSync(watch, stallWatch(stalls));
  const words = [process.execPath, ...(watch === null ? [] : ["--require", watch]), programs.tui, ...args];
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qfec", `stty cols ${columns} rows ${rows}; exec ${quoted}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh" },
  });
  const startedAtMs = performance.now();
  const isThere = await Promise.race([
    once(child, "spawn").then(() => true),
    once(child, "error").then(() => false),
  ]);
  if (!isThere) return null;
  let tail = "";
  child.stdout.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString("latin1")).slice(-65_536);
  });
  const pid = (): string =>
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0] ?? "";
  const sizeOf = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid()}/status`, "utf8"))?.[1]) / 1000;
  return {
    saidMs: async (text) => {
      const ended = once(child, "exit").then(() => "ended");
      while (!tail.includes(text)) {
        if ((await Promise.race([once(child.stdout, "data"), ended])) === "ended")
          throw new Error(`the terminal ended without saying ${text}: ${tail.slice(-400)}`);
      }
      return performance.now() - startedAtMs;
    },
    press: async (key) => {
      const sentAtMs = performance.now();
      child.stdin.write(key);
      await once(child.stdout, "data");
      return performance.now() - sentAtMs;
    },
    type: (keys) => void child.stdin.write(keys),
    quiet: (quietMs) => quiet(child, quietMs),
    bytesIn: async (durationMs) => {
      let seen = 0;
      const listen = (chunk: Buffer): void => void (seen += chunk.length);
      child.stdout.on("data", listen);
      await wait(durationMs);
      child.stdout.off("data", listen);
      return seen;
    },
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${pid()}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    resident: () => ({ now: sizeOf("VmRSS"), peak: sizeOf("VmHWM") }),
    longestStallMs: async () => {
      if (stalls === null) throw new Error("nothing measures stalls");
      rmSync(stalls, { force: true });
      process.kill(Number(pid()), "SIGUSR2");
      // A busy machine takes its time.
      while (!existsSync(stalls)) await wait(20);
      return Number(readFileSync(stalls, "utf8"));
    },
    end: async () => {
      child.stdin.write("q");
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

function quiet(child: ChildProcess, quietMs: number): Promise<number> {
  return new Promise((resolve) => {
    let seen = 0;
    let timer = setTimeout(done, quietMs);
    function listen(chunk: Buffer): void {
      seen += chunk.length;
      clearTimeout(timer);
      timer = setTimeout(done, quietMs);
    }
    function done(): void {
      child.stdout?.off("data", listen);
      resolve(seen);
    }
    child.stdout?.on("data", listen);
  });
}
