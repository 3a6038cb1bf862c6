import { makeCompletionsCommand } from "./completions/completions-command.ts";
import { makeHelpCommand } from "./help-command.ts";
import type { Program } from "./program.ts";
import type { ProcessTerminal } from "./terminal.ts";

/** Adds to a program what all have: `completions` and `help`. */
export function defineProgram<T extends ProcessTerminal>(program: Program<T>): Program<T> {
  const whole: Program<T> = {
    ...program,
    commands: [
      ...program.commands,
      makeCompletionsCommand(program.name, () => whole),
      makeHelpCommand(() => whole),
    ],
  };
  return whole;
}
