import type { Command } from "./command.ts";
import { meantOrKnown } from "@keywarden/key-format/words";
import type { Program } from "./program.ts";
import { quoteWord } from "./read-value.ts";
import type { ProcessTerminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Makes `help [command]` for a program that is asked for once it is whole. */
export function makeHelpCommand<T extends ProcessTerminal>(program: () => Program<T>): Command<T> {
  return {
    name: "help",
    summary: "explain a command",
    usage: ["help [command]"],
    flags: {},
    actions: {},
    operands: { name: "command", max: 1 },
    exits: "0 explained, 2 unknown command.",
    run: async ({ operands: [name] }, { print }) => {
      const { renderCommandHelp, renderProgramHelp } = await import("./help.ts");
      const whole = program();
      const command = whole.commands.find((candidate) => candidate.name === name);
      if (name !== undefined && command === undefined) {
        const names = whole.commands.map((candidate) => candidate.name);
        throw new UsageError(`Unknown command ${quoteWord(name)}.${meantOrKnown(name, names, "commands")}`);
      }
      print(command === undefined ? renderProgramHelp(whole) : await renderCommandHelp(whole, command));
      return 0;
    },
  };
}
