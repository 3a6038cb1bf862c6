import { join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Options } from "../options.ts";
import type { Terminal } from "../terminal.ts";

/** Says where rotations are remembered: the flag, KEYWARDEN_STATE, or the user's folder for such things. */
export function stateDirectory({ values }: Options, { env, directory }: Terminal): string {
  const given = values.get("state") ?? env["KEYWARDEN_STATE"] ?? "";
  if (given !== "") return resolve(directory, given);
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
