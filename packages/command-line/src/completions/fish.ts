import { allFlags } from "../command.ts";
import { choicesOf, type Flags, isSwitch } from "../flag.ts";
import { globalFlags } from "../global-flags.ts";
import { actionsAfter } from "./completed-words.ts";
import type { Program } from "../program.ts";
import type { ProcessTerminal } from "../terminal.ts";

/** Renders what fish needs to complete a program. */
export function renderFish<T extends ProcessTerminal>({ name, commands, main }: Program<T>): string {
  const line = (condition: string, rest: string): string => `complete -c ${name} -n '${condition}' ${rest}`;
  const flagLines = (condition: string, flags: Flags): readonly string[] =>
    Object.entries({ ...flags, ...globalFlags }).map(([flag, entry]) => {
      const values = choicesOf(entry);
      const takes = isSwitch(entry) ? "" : values.length === 0 ? " -r" : ` -x -a '${values.join(" ")}'`;
      return line(condition, `-l ${flag}${takes} -d ${quote(entry.summary)}`);
    });
  return [
    `# ${name} completions fish: put it into ~/.config/fish/completions/${name}.fish.`,
    ...commands.map((command) =>
      line("__fish_use_subcommand", `-f -a ${command.name} -d ${quote(command.summary)}`),
    ),
    ...flagLines("__fish_use_subcommand", main?.flags ?? {}),
    ...commands.flatMap((command) => {
      const after = `__fish_seen_subcommand_from ${command.name}`;
      const actions = actionsAfter(command, commands);
      return [
        ...actions.map(([action, summary]) => line(after, `-f -a ${action} -d ${quote(summary)}`)),
        ...flagLines(after, allFlags(command)),
      ];
    }),
    "",
  ].join("\n");
}

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
