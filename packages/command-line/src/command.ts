import type { ExitStatus } from "./exit-status.ts";
import type { Flag, Flags } from "./flag.ts";
import type { FlagValues } from "./flag-values.ts";
import type { Guarded, ProcessTerminal } from "./terminal.ts";

/** What may follow a command or an action beside flags. */
export interface Operands {
  /** How help and errors name one of them. */
  readonly name: string;
  readonly min?: number;
  /** Absent, as many as there are. */
  readonly max?: number;
  /** Paths are taken as they are, even where one has the shape of a key. */
  readonly isPath?: boolean;
}

/** One of the things that a command can do: `list` of `keywarden keys`. */
export interface Action {
  readonly summary: string;
  readonly operands?: Operands;
  /** What it takes beside the flags of its command; the flag of another action is a usage error. */
  readonly flags?: Flags;
}

export type Actions = Readonly<Record<string, Action>>;

/** Keeps the exact types of actions whose handlers stand in other files. */
export function defineActions<const A extends Actions>(actions: A): A {
  return actions;
}

export interface HelpSection {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

/** Says of a flag whether it stands on the command line, rather than in the environment or as a default. */
export interface Given<Name extends string> {
  readonly has: (name: Name) => boolean;
}

/** A command line that has been understood, as its handler gets it. */
export interface Call<F extends Flags = Flags, A extends string = string> {
  readonly flags: FlagValues<F>;
  readonly given: Given<keyof F & string>;
  readonly action: A;
  readonly operands: readonly string[];
}

type FlagsOf<F extends Flags, A> = A extends { readonly flags: infer Own extends Flags } ? F & Own : F;

/** The calls of a command; `action` says which flags there are. */
export type CallOf<F extends Flags, A extends Actions> = string extends keyof A
  ? Call<F, string>
  : { readonly [Name in keyof A & string]: Call<FlagsOf<F, A[Name]>, Name> }[keyof A & string];

interface CommandText {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** How it is called, one line for each way, without the program's name. */
  readonly usage: readonly string[];
  readonly description?: readonly string[];
  readonly operands?: Operands;
  /** Whether what follows its name is the command line of another program, which that program reads. */
  readonly isHandedOn?: boolean;
  /** What the exit statuses mean, where the program's sentence does not fit. */
  readonly exits?: string;
  /** More to explain, from tables that are loaded for help alone. */
  readonly sections?: () => Promise<readonly HelpSection[]>;
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
}

/** A command as the table of a program holds it. */
export interface Command<T extends ProcessTerminal = ProcessTerminal> extends CommandText {
  readonly flags: Flags;
  readonly actions: Actions;
  readonly run: (call: Call, terminal: Guarded<T>) => Promise<ExitStatus>;
}

export interface CommandDefinition<
  T extends ProcessTerminal,
  F extends Flags,
  A extends Actions,
> extends CommandText {
  readonly flags: F;
  readonly actions?: A;
  /** Loads what it needs when it runs: start-up time is what every commit waits for. */
  readonly handler: (call: CallOf<F, A>, terminal: Guarded<T>) => Promise<ExitStatus>;
}

/** Gives every flag that a command takes, whatever its action; of two with one name, the first. */
export function allFlags({ flags, actions }: Pick<Command, "flags" | "actions">): Flags {
  const all: Record<string, Flag> = { ...flags };
  for (const { flags: own = {} } of Object.values(actions)) {
    for (const [name, flag] of Object.entries(own)) all[name] ??= flag;
  }
  return all;
}

/** Makes commands for programs whose handlers need a terminal of one type. */
export function makeDefineCommand<T extends ProcessTerminal>() {
  /** Makes a command; what its handler gets is inferred from the table of its flags. */
  return <const F extends Flags, const A extends Actions = Actions>({
    handler,
    actions,
    ...text
  }: CommandDefinition<T, F, A>): Command<T> => ({
    ...text,
    actions: actions ?? {},
    // The reader fills a call from these very flags and actions.
    run: (call, terminal) => handler(call as unknown as CallOf<F, A>, terminal),
  });
}
