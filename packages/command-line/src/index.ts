export {
  defineActions,
  makeDefineCommand,
  type Action,
  type Actions,
  type Call,
  type CallOf,
  type Command,
  type Given,
  type HelpSection,
  type Operands,
} from "./command.ts";
export { describeFailure } from "./describe-failure.ts";
export { describeSchemaProblems } from "./describe-schema-problems.ts";
export { describeSystemError, describeWriteError } from "@keywarden/key-format/words";
export { endOnLostOutput } from "./end-on-lost-output.ts";
export type { ExitStatus } from "./exit-status.ts";
export { filesAbove, valueAnywhere } from "./format-files.ts";
export { defineFlags, type Flag, type Flags } from "./flag.ts";
export type { FlagValues } from "./flag-values.ts";
export { defineProgram } from "./define-program.ts";
export { renderManPage } from "./man-page.ts";
export type { Program } from "./program.ts";
export { readCommandLine, type Request } from "./read-command-line.ts";
export type { OutputRedactor } from "./redactor.ts";
export { answerEarly, runProgram } from "./run-program.ts";
export type { Guarded, GuardedOutput, ProcessTerminal } from "./terminal.ts";
export { UsageError } from "./usage-error.ts";
