import { commands, flagsOf } from "../options.ts";
import type { Command, Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden completions bash | zsh | fish`: from the same table as parsing and help. */
export async function completions({ operands }: Options, { print }: Terminal): Promise<ExitStatus> {
  const [shell] = operands;
  print(shell === "fish" ? renderFish() : shell === "zsh" ? renderZsh() : renderBash());
  return 0;
}

const wordsOf = ({ actions, flags: own }: Command): string =>
  [...Object.keys(actions ?? {}), ...own.map((name) => `--${name}`)].join(" ");

// A flag can take other values with another command, so the pattern names both.
const choices = Map.groupBy(
  commands.flatMap((command) =>
    flagsOf(command).map(({ name, choices: values = [] }) => ({
      pattern: `${command.name}:--${name}`,
      values: values.join(" "),
    })),
  ),
  ({ values }) => values,
);

const choiceLines = [...choices]
  .filter(([values]) => values !== "")
  .map(([values, asked]) => `    ${asked.map(({ pattern }) => pattern).join("|")}) words='${values}' ;;`);

function renderBash(): string {
  return `# keywarden completions bash: source it, or put it into bash-completion's folder.
_keywarden() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words=
  [ "$before" = = ] && before=\${COMP_WORDS[COMP_CWORD - 2]}
  case \${COMP_WORDS[1]}:$before in
${choiceLines.join("\n")}
    *)
      if [ "$COMP_CWORD" -eq 1 ]; then
        words='${commands.map(({ name }) => name).join(" ")} --help --version'
      else
        case \${COMP_WORDS[1]} in
${commands.map((command) => `          ${command.name}) words='${wordsOf(command)}' ;;`).join("\n")}
        esac
      fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${word#=}"))
}
complete -o default -F _keywarden keywarden
`;
}

function renderZsh(): string {
  return `#compdef keywarden
# keywarden completions zsh: put it into a folder of $fpath as _keywarden.
autoload -U +X bashcompinit && bashcompinit
${renderBash()}`;
}

function renderFish(): string {
  const line = (condition: string, rest: string): string => `complete -c keywarden -n '${condition}' ${rest}`;
  return [
    "# keywarden completions fish: put it into ~/.config/fish/completions/keywarden.fish.",
    ...commands.map(({ name, summary }) =>
      line("__fish_use_subcommand", `-f -a ${name} -d ${quote(summary)}`),
    ),
    ...commands.flatMap((command) => {
      const after = `__fish_seen_subcommand_from ${command.name}`;
      const actions = Object.entries(command.actions ?? {});
      return [
        ...actions.map(([name, summary]) => line(after, `-f -a ${name} -d ${quote(summary)}`)),
        ...flagsOf(command).map(({ name, summary, value, choices: values }) => {
          const takes =
            value === undefined ? "" : values === undefined ? " -r" : ` -x -a '${values.join(" ")}'`;
          return line(after, `-l ${name}${takes} -d ${quote(summary)}`);
        }),
      ];
    }),
    "",
  ].join("\n");
}

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
