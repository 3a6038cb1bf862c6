import { join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

/** Says where rotations are remembered: `--state` or its variable, or the user's folder for such things. */
export function stateDirectory(given: string | undefined, { env, directory }: Terminal): string {
  if (given !== undefined) return resolve(directory, given);
  const [home = "", ...rest] =
    (env["XDG_STATE_HOME"] ?? "") !== ""
      ? [env["XDG_STATE_HOME"], "keywarden"]
      : (env["LOCALAPPDATA"] ?? "") !== ""
        ? [env["LOCALAPPDATA"], "keywarden"]
        : [env["HOME"], ".local", "state", "keywarden"];
  if (home === "") {
    throw new CliError(
      "CLI_USAGE",
      "There is no home folder here: say --state <folder> or set KEYWARDEN_STATE.",
    );
  }
  return resolve(directory, join(home, ...rest.map((part) => part ?? "")));
}
