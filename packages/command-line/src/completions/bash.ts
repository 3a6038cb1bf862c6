import type { Program } from "../program.ts";
import type { ProcessTerminal } from "../terminal.ts";
import { firstWords, valuesByFlag, wordsAfter } from "./completed-words.ts";

/** The function of the shell that completes a program. */
export const bashFunctionOf = ({ name }: { readonly name: string }): string =>
  `_${name.replaceAll("-", "_")}`;

/** Renders what bash needs to complete a program. */
export function renderBash<T extends ProcessTerminal>(program: Program<T>): string {
  const { name, commands, main } = program;
  const complete = bashFunctionOf(program);
  const values = [...valuesByFlag(program)].map(
    ([words, patterns]) => `    ${patterns.join("|")}) words='${words}' ;;`,
  );
  const after = commands.map(
    (command) => `          ${command.name}) words='${wordsAfter(command, commands).join(" ")}' ;;`,
  );
  const rest = main === undefined ? [] : [`          *) words='${wordsAfter(main, commands).join(" ")}' ;;`];
  return `# ${name} completions bash: source it, or put it into bash-completion's folder.
${complete}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words=
  [ "$before" = = ] && before=\${COMP_WORDS[COMP_CWORD - 2]}
  case \${COMP_WORDS[1]}:$before in
${values.join("\n")}
    *)
      if [ "$COMP_CWORD" -eq 1 ]; then
        words='${firstWords(program).join(" ")}'
      else
        case \${COMP_WORDS[1]} in
${[...after, ...rest].join("\n")}
        esac
      fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${word#=}"))
}
complete -o default -F ${complete} ${name}
`;
}
