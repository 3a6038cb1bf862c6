import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Rig } from "./rig.ts";

export interface AppProcess {
  readonly pid: number;
  /** The first line on standard output. */
  readonly readyLine: string;
  readonly url: string;
  log(): string;
  signal(signal: "SIGHUP"): void;
  /** Sends a signal and gives the exit status, or the signal that ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | string>;
}

/** Starts a built App as its own process and waits for its ready line. */
export async function startAppProgram(
  file: string,
  configFile: string,
  dataDirectory: string,
  env: Readonly<Record<string, string>>,
): Promise<AppProcess> {
  const args = [file, "--config", configFile, "--data", dataDirectory, "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...env } });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  // Not "exit": what it said last may not have been read by then.
  const ended = once(child, "close");
  const first = once(createInterface({ input: child.stdout }), "line").then(([line]) => String(line));
  const readyLine = await Promise.race([first, ended.then(() => "")]);
  const url = /http:\/\/\S+/u.exec(readyLine)?.[0];
  if (url === undefined) throw new Error(`the App did not start: ${log}`);
  return {
    pid: child.pid ?? 0,
    readyLine,
    url,
    log: () => log,
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      child.kill(signal);
      const [status, by] = (await ended) as [number | null, string | null];
      return status ?? by ?? "unknown";
    },
  };
}

/** Gives what starts the App over the data of a rig and has GitHub deliver to it. */
export function makeLauncher(
  rig: Rig,
  program: string,
  databaseUrl: string | null,
): () => Promise<AppProcess> {
  const env = { ...rig.work.env, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };
  return async () => {
    const app = await startAppProgram(program, rig.configFile, rig.dataDirectory, env);
    rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
    return app;
  };
}
