import type { Program } from "../program.ts";
import type { ProcessTerminal } from "../terminal.ts";
import { bashFunctionOf, renderBash } from "./bash.ts";

/** Renders what zsh needs to complete a program: bash's own function, which zsh can run. */
export function renderZsh<T extends ProcessTerminal>(program: Program<T>): string {
  return `#compdef ${program.name}
# ${program.name} completions zsh: put it into a folder of $fpath as _${program.name}.
autoload -U +X bashcompinit && bashcompinit
${renderBash(program)}# zsh reads this file when it is first asked, and wants an answer to that, too.
(( \${+compstate} )) && _bash_complete -o default -F ${bashFunctionOf(program)}
`;
}
