import type { Command } from "../command.ts";
import type { Program } from "../program.ts";
import type { ProcessTerminal } from "../terminal.ts";

/** Makes `completions bash | zsh | fish` for a program that is asked for once it is whole. */
export function makeCompletionsCommand<T extends ProcessTerminal>(
  name: string,
  program: () => Program<T>,
): Command<T> {
  return {
    name: "completions",
    summary: "print shell completions for commands and flags",
    usage: ["completions bash | zsh | fish"],
    flags: {},
    actions: {
      bash: { summary: "to be sourced, or for bash-completion's folder" },
      zsh: { summary: `for a folder of $fpath, as _${name}` },
      fish: { summary: "for ~/.config/fish/completions" },
    },
    exits: "0 printed, 2 unknown shell.",
    examples: [[`eval "$(${name} completions bash)"`, "in ~/.bashrc"]],
    run: async ({ action }, { print }) => {
      const { renderCompletions } = await import("./render-completions.ts");
      print(renderCompletions(program(), action));
      return 0;
    },
  };
}
