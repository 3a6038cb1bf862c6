import { resolve } from "node:path";
import { stateDirectory as usualDirectory } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

/** Says where rotations are remembered: `--state` or its variable, or the user's folder for such things. */
export function chooseStateDirectory(given: string | undefined, { env, directory }: Terminal): string {
  const found = given === undefined ? usualDirectory(env, directory) : resolve(directory, given);
  if (found !== null) return found;
  throw new CliError("CLI_USAGE", "No home folder is known: give --state <folder> or set KEYWARDEN_STATE.");
}
