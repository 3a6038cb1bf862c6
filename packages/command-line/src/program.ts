import type { Command, HelpSection } from "./command.ts";
import type { ProcessTerminal } from "./terminal.ts";

/** A program as a table: what it can be asked, and how it explains itself. */
export interface Program<T extends ProcessTerminal = ProcessTerminal> {
  readonly name: string;
  readonly version: string;
  /** What it is, in one line without a full stop. */
  readonly summary: string;
  /** What runs where no command is named. */
  readonly main?: Command<T>;
  readonly commands: readonly Command<T>[];
  /** What help shows beside the commands and the flags of {@link Program.main}. */
  readonly sections?: readonly HelpSection[];
  /** What the exit statuses of its commands mean, in one line. */
  readonly exits: string;
  /**
   * Names the files that may declare the user's own formats. They are read before the first output, so that a failure
   * that comes before the configuration is read, or is about it, shows no key of these formats either. Of the terminal it
   * may read `argv`, `env` and where the program runs: nothing else is there when help and mistakes are answered.
   */
  readonly formatFiles?: (terminal: T) => readonly string[];
  /** What to do about an error, by its code, as the end of its sentence. */
  readonly remedies?: Readonly<Record<string, string>>;
}
