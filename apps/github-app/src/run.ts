import { type ExitStatus, runProgram } from "@keywarden/command-line";
import type { AppProcess } from "./process.ts";
import { program } from "./program.ts";

/** Runs the program and gives its exit status. */
export function run(process: AppProcess): Promise<ExitStatus> {
  return runProgram(program, process);
}
