import { describeFailure } from "./describe-failure.ts";
import type { ExitStatus } from "./exit-status.ts";
import type { Program } from "./program.ts";
import { readCommandLine } from "./read-command-line.ts";
import type { Guarded, GuardedOutput, ProcessTerminal } from "./terminal.ts";

/** Runs one command line and gives its exit status; every failure becomes one redacted sentence and a 2. */
export async function runProgram<T extends ProcessTerminal>(
  program: Program<T>,
  terminal: T,
): Promise<ExitStatus> {
  let guarded: Guarded<T> | null = null;
  try {
    const request = await readCommandLine(program, terminal.argv, terminal.env);
    if (request.kind === "version") {
      terminal.print(`${program.name} ${program.version}\n`);
      return 0;
    }
    if (request.kind === "help") {
      const { renderCommandHelp, renderProgramHelp } = await import("./help.ts");
      terminal.print(
        request.command === null || request.command === program.main
          ? renderProgramHelp(program)
          : await renderCommandHelp(program, request.command),
      );
      return terminal.argv.length === 0 ? 2 : 0;
    }
    guarded = await guard(terminal);
    return await request.command.run(request.call, guarded);
  } catch (error) {
    guarded ??= await guard(terminal);
    const isDebug = terminal.argv.includes("--debug");
    guarded.warn(`${program.name}: ${describeFailure(error, { isDebug, ...program })}\n`);
    return 2;
  }
}

/** Puts the one filter between a program and its output, through which no whole key or token passes. */
async function guard<T extends ProcessTerminal>(terminal: T): Promise<Guarded<T>> {
  const { makeRedactor } = await import("./redactor.ts");
  const { learnFormats, redact } = makeRedactor();
  const { print, warn } = terminal;
  const output: GuardedOutput & Pick<ProcessTerminal, "print" | "warn"> = {
    learnFormats,
    redact,
    print: (text) => print(redact(text)),
    warn: (text) => warn(redact(text)),
    printSecret: (secret) => print(`${secret.reveal()}\n`),
  };
  // What opens itself when it is first read, such as standard input, stays closed until then.
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(terminal)) as T;
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(output)) as Guarded<T>;
}
