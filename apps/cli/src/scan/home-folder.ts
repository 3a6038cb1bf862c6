import { homedir, userInfo } from "node:os";

/** Gives a person's home folder; an empty HOME would be the current folder. */
export const homeFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  env["HOME"] || homedir() || userInfo().homedir;
