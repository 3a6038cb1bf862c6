import { join, resolve } from "node:path";

/**
 * Says where the rotations of one user on one machine are remembered: KEYWARDEN_STATE, or the user's folder for such
 * things; null where there is no home folder. Every program finds the others' rotations there.
 */
export function stateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): string | null {
  const given = env["KEYWARDEN_STATE"] ?? "";
  if (given !== "") return resolve(directory, given);
  const { XDG_STATE_HOME: state = "", LOCALAPPDATA: local = "", HOME: home = "" } = env;
  if (state !== "") return resolve(directory, join(state, "keywarden"));
  if (local !== "") return resolve(directory, join(local, "keywarden"));
  return home === "" ? null : resolve(directory, join(home, ".local", "state", "keywarden"));
}
