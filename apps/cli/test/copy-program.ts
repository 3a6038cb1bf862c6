import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { builtProgram } from "@keywarden/testing/built-program";

/** Copies the built command line into a folder below `directory`, to be changed or removed, and gives the file to start. */
export function copyProgram(directory: string): string {
  const folder = join(directory, "dist");
  cpSync(dirname(builtProgram("cli")), folder, { recursive: true });
  return join(folder, "main.js");
}
