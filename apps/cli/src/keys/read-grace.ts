import { CliError } from "../cli-error.ts";

/** Reads `--grace`. @throws CliError CLI_USAGE */
export function readGrace(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new CliError("CLI_USAGE", `--grace must be a number of seconds, not ${JSON.stringify(text)}.`);
}
