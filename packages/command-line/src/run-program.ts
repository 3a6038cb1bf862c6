import { describeFailure } from "./describe-failure.ts";
import type { ExitStatus } from "./exit-status.ts";
import type { Program } from "./program.ts";
import { readCommandLine, type Request } from "./read-command-line.ts";
import { mayShowSecret } from "./may-show-secret.ts";
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
  return isEveryPrograms(answer) ? await runCommand(program, answer, terminal) : null;
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
    return { kind: "answered", status: await refuseCall(program, error, terminal) };
  }
}

async function runCommand<T extends ProcessTerminal>(
  program: Program<T>,
  request: Run<T>,
  terminal: T,
): Promise<ExitStatus> {
  const { command, call } = request;
  if (isEveryPrograms(request)) {
    // What they print is the program's own table. To load the formats that could be in it takes longer than to print it.
    const redact = (text: string): string => text;
    try {
      return await command.run(call, withOutput(terminal, { learnFormats: () => {}, redact }));
    } catch (error) {
      return await refuseCall(program, error, terminal);
    }
  }
  const guarded = await guard(program, terminal);
  try {
    return await command.run(call, guarded);
  } catch (error) {
    guarded.warn(sentenceOf(program, error, terminal));
    return 2;
  }
}

function isEveryPrograms<T extends ProcessTerminal>({ command }: Run<T>): boolean {
  return ["help", "completions"].includes(command.name);
}

/** Says what is wrong with a call, before anything ran that could have learnt a secret from elsewhere. */
async function refuseCall<T extends ProcessTerminal>(
  program: Program<T>,
  error: unknown,
  terminal: T,
): Promise<ExitStatus> {
  const text = sentenceOf(program, error, terminal);
  if (mayShowSecret(text, program, terminal)) (await guard(program, terminal)).warn(text);
  else terminal.warn(text);
  return 2;
}

function sentenceOf<T extends ProcessTerminal>(program: Program<T>, error: unknown, { argv }: T): string {
  return `${program.name}: ${describeFailure(error, { isDebug: argv.includes("--debug"), ...program })}\n`;
}

/** Puts the one filter between a program and its output, through which no whole key or token passes. */
async function guard<T extends ProcessTerminal>(
  { formatFiles }: Pick<Program<T>, "formatFiles">,
  terminal: T,
): Promise<Guarded<T>> {
  const { makeOutputRedactor } = await import("./redactor.ts");
  return withOutput(
    terminal,
    makeOutputRedactor(() => formatFiles?.(terminal) ?? []),
  );
}

function withOutput<T extends ProcessTerminal>(
  terminal: T,
  { learnFormats, redact }: Pick<GuardedOutput, "learnFormats" | "redact">,
): Guarded<T> {
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
