import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../../build.ts", import.meta.url));

/** Builds the command line into a folder below `directory`, as it is published, and gives the file to start. */
export function buildProgram(directory: string): string {
  const folder = join(directory, "dist");
  execFileSync(process.execPath, [script, "cli", folder]);
  return join(folder, "main.js");
}
