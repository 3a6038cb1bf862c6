import { type ExitStatus, runProgram } from "@keywarden/command-line";
import type { Host } from "./host.ts";
import { program } from "./program.ts";

/** Does what the command line asks for and gives the exit status. */
export function run(host: Host): Promise<ExitStatus> {
  return runProgram(program, {
    ...host,
    argv: host.args,
    print: (text) => void host.stdout.write(text),
    warn: (text) => void host.stderr.write(text),
  });
}
