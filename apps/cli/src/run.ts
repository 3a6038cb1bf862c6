import { type ExitStatus, runProgram } from "@keywarden/command-line";
import { program } from "./program.ts";
import type { CliProcess } from "./terminal.ts";

/** Runs one command line and gives its exit status. */
export function run(process: CliProcess): Promise<ExitStatus> {
  return runProgram(program, process);
}
