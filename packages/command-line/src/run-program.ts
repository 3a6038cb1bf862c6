import { describeFailure } from "./describe-failure.ts";
import type { ExitStatus } from "./exit-status.ts";
import type { Program } from "./program.ts";
import { readCommandLine, type Request } from "./read-command-line.ts";
import type { Guarded, GuardedOutput, ProcessTerminal } from "./terminal.ts";

/** Runs one command line and gives its exit status; every failure becomes one redacted sentence and a 2. */
export async function runProgram<T extends ProcessTerminal>(
  program: Program<T>,
  terminal: T,
): Promise<ExitStatus> {
  const answer = await answerOrRead(program, terminal);
  return answer.kind === "answered" ? answer.status : await runCommand(program, answer, terminal);
}

/**
 * Answers what needs no command of the program's own, such as help, the version and a mistake on the command line; gives
 * null when a command has to run. A built program asks this of a small file before it reads the large ones.
 */
export async function answerEarly<T extends ProcessTerminal>(
  program: Program<T>,
  terminal: T,
): Promise<ExitStatus | null> {
  const answer = await answerOrRead(program, terminal);
  if (answer.kind === "answered") return answer.status;
  const isEveryPrograms = ["help", "completions"].includes(answer.command.name);
  return isEveryPrograms ? await runCommand(program, answer, terminal) : null;
}

type Answered = { readonly kind: "answered"; readonly status: ExitStatus };
type Run<T extends ProcessTerminal> = Extract<Request<T>, { readonly kind: "run" }>;

async function answerOrRead<T extends ProcessTerminal>(
  program: Program<T>,
  terminal: T,
): Promise<Answered | Run<T>> {
  try {
    const request = await readCommandLine(program, terminal.argv, terminal.env);
    if (request.kind === "run") return request;
    if (request.kind === "version") {
      terminal.print(`${program.name} ${program.version}\n`);
      return { kind: "answered", status: 0 };
    }
    const { renderCommandHelp, renderProgramHelp } = await import("./help.ts");
    terminal.print(
      request.command === null || request.command === program.main
        ? renderProgramHelp(program)
        : await renderCommandHelp(program, request.command),
    );
    return { kind: "answered", status: terminal.argv.length === 0 ? 2 : 0 };
  } catch (error) {
    return { kind: "answered", status: fail(program, error, await guard(program, terminal)) };
  }
}

async function runCommand<T extends ProcessTerminal>(
  program: Program<T>,
  { command, call }: Run<T>,
  terminal: T,
): Promise<ExitStatus> {
  const guarded = await guard(program, terminal);
  try {
    return await command.run(call, guarded);
  } catch (error) {
    return fail(program, error, guarded);
  }
}

function fail<T extends ProcessTerminal>(
  program: Program<T>,
  error: unknown,
  { argv, warn }: Guarded<T>,
): ExitStatus {
  const isDebug = argv.includes("--debug");
  warn(`${program.name}: ${describeFailure(error, { isDebug, ...program })}\n`);
  return 2;
}

/** Puts the one filter between a program and its output, through which no whole key or token passes. */
async function guard<T extends ProcessTerminal>(
  { formatFiles }: Pick<Program<T>, "formatFiles">,
  terminal: T,
): Promise<Guarded<T>> {
  const { makeOutputRedactor } = await import("./redactor.ts");
  const { learnFormats, redact } = makeOutputRedactor(() => formatFiles?.(terminal) ?? []);
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
