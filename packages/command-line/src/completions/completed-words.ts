import { allFlags, type Command } from "../command.ts";
import { choicesOf } from "../flag.ts";
import { globalFlags } from "../global-flags.ts";
import type { Program } from "../program.ts";
import type { ProcessTerminal } from "../terminal.ts";

/** Gives what can follow a command of these: its actions and flags, and behind `help` the commands. */
export function wordsAfter<T extends ProcessTerminal>(
  command: Command<T>,
  commands: readonly Command<T>[],
): readonly string[] {
  const flags = Object.keys({ ...allFlags(command), ...globalFlags });
  return [...actionsAfter(command, commands).map(([name]) => name), ...flags.map((name) => `--${name}`)];
}

/** Gives the actions of a command, or what `help` explains, each with its summary. */
export function actionsAfter<T extends ProcessTerminal>(
  command: Command<T>,
  commands: readonly Command<T>[],
): readonly (readonly [name: string, summary: string])[] {
  return command.name === "help"
    ? commands.map(({ name, summary }) => [name, summary])
    : Object.entries(command.actions).map(([name, { summary }]) => [name, summary]);
}

/** Gives what can follow the program's name. */
export function firstWords<T extends ProcessTerminal>({ main, commands }: Program<T>): readonly string[] {
  const own = main === undefined ? ["--help", "--version"] : wordsAfter(main, commands);
  return [...commands.map(({ name }) => name), ...own];
}

/** Gives the values of a program's flags, with the patterns `command:--flag` that ask for them. */
export function valuesByFlag<T extends ProcessTerminal>({
  main,
  commands,
}: Program<T>): ReadonlyMap<string, readonly string[]> {
  const all = [
    ...commands.map((command) => ({ pattern: command.name, flags: allFlags(command) })),
    ...(main === undefined ? [] : [{ pattern: "*", flags: allFlags(main) }]),
  ];
  const patterns = new Map<string, string[]>();
  for (const { pattern, flags } of all) {
    for (const [name, flag] of Object.entries(flags)) {
      const values = choicesOf(flag).join(" ");
      if (values !== "") patterns.set(values, [...(patterns.get(values) ?? []), `${pattern}:--${name}`]);
    }
  }
  return patterns;
}
