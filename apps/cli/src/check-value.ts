import { CliError } from "./cli-error.ts";
import { nearestWord } from "@keywarden/key-format";
import type { Flag } from "./options.ts";

/**
 * Gives the value when the flag takes it.
 *
 * @param source what the message calls the flag: `--format`, or the variable that the value comes from.
 * @throws CliError CLI_USAGE with the nearest choice.
 */
export function checkValue({ choices }: Flag, value: string, source: string): string {
  if (choices === undefined || choices.includes(value)) return value;
  const nearest = nearestWord(value, choices);
  const meant = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
  throw new CliError(
    "CLI_USAGE",
    `${source} is ${choices.join(", ")}, not ${JSON.stringify(value)}.${meant}`,
  );
}
