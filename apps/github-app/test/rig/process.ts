import { spawn } from "node:child_process";
import { once } from "node:events";
import { builtProgram } from "@keywarden/testing/built-program";
import { startAppProgram } from "./start-app-program.ts";
import type { AppProcess } from "./start-app-program.ts";

const main = builtProgram("github-app");

/** Starts the App that these tests have built. */
export const startAppProcess = (
  configFile: string,
  dataDirectory: string,
  env: Readonly<Record<string, string>>,
): Promise<AppProcess> => startAppProgram(main, configFile, dataDirectory, env);

/** Runs the App to its end, for command lines with which it does not stay. */
export async function runToEnd(
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly out: string; readonly error: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, out, error };
}
