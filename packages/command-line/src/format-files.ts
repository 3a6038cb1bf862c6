import { dirname, join } from "node:path";
import type { ProcessTerminal } from "./terminal.ts";

/** Gives where a file of this name may be: in the folder and in each above it. */
export function filesAbove(directory: string, name: string): readonly string[] {
  const above = dirname(directory);
  return [join(directory, name), ...(above === directory ? [] : filesAbove(above, name))];
}

/** Gives the value of a flag, or of its variable, on a command line that may be wrong elsewhere. */
export function valueAnywhere(
  { argv, env }: Pick<ProcessTerminal, "argv" | "env">,
  flag: string,
  variable: string,
): readonly string[] {
  const given = argv.flatMap((word, index) => {
    if (word.startsWith(`--${flag}=`)) return [word.slice(flag.length + 3)];
    return word === `--${flag}` ? argv.slice(index + 1, index + 2) : [];
  });
  const set = env[variable];
  return [...given, ...(set === undefined || set === "" ? [] : [set])];
}
