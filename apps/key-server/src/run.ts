import { type ExitStatus, runProgram } from "@keywarden/command-line";
import type { ServerProcess } from "./process.ts";
import { program } from "./program.ts";

/** Runs the program and gives its exit status: 0 done, 1 the audit was changed, 2 could not do its job. */
export function run(process: ServerProcess): Promise<ExitStatus> {
  return runProgram(program, process);
}
