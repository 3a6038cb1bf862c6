import { checkValue } from "./check-value.ts";
import { flagsOf } from "./options.ts";
import type { Options } from "./options.ts";

/**
 * Gives what the command line says, else what the environment says; undefined when both are silent.
 *
 * @throws CliError CLI_USAGE for a value in the environment that the flag would not take either.
 */
export function settingOf(
  name: string,
  { command, values }: Options,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const flag = flagsOf(command).find((candidate) => candidate.name === name);
  const variable = flag?.variable;
  const given = values.get(name);
  if (given !== undefined || flag === undefined || variable === undefined) return given;
  const value = env[variable];
  return value === undefined || value === "" ? undefined : checkValue(flag, value, variable);
}
