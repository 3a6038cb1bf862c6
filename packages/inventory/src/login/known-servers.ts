import { join, resolve } from "node:path";
import type { LoginEnvironment } from "./login-environment.ts";
import { credentialError, LoginError } from "./login-error.ts";
import type { CredentialStore } from "./credential-store.ts";
import { readIfThere, replaceFile } from "./replace-file.ts";

/** Which servers somebody is logged in at, and where the token of each is kept. Nothing in it is secret. */
export interface KnownServers {
  readonly current: string | null;
  readonly servers: Readonly<Record<string, CredentialStore["name"]>>;
}

/** The user's configuration folder: KEYWARDEN_HOME, or keywarden in the system's usual location; null if there is none. */
export function findConfigFolder({
  env,
  directory,
}: Pick<LoginEnvironment, "env" | "directory">): string | null {
  const given = env["KEYWARDEN_HOME"] ?? "";
  if (given !== "") return resolve(directory, given);
  const [base = "", ...rest] = [
    [env["XDG_CONFIG_HOME"], "keywarden"],
    [env["APPDATA"], "keywarden"],
    [env["HOME"], ".config", "keywarden"],
  ].find(([first]) => (first ?? "") !== "") ?? [""];
  return base === "" ? null : resolve(directory, join(base, ...rest.map((part) => part ?? "")));
}

/** The same folder, if it is required. @throws LoginError LOGIN_SERVER */
export function configFolder(terminal: Pick<LoginEnvironment, "env" | "directory">): string {
  const folder = findConfigFolder(terminal);
  if (folder !== null) return folder;
  throw new LoginError("LOGIN_SERVER", "No home folder is known: set KEYWARDEN_HOME.");
}

/** @throws LoginError LOGIN_CREDENTIALS */
export async function readKnownServers(folder: string): Promise<KnownServers> {
  const path = join(folder, fileName);
  return parse(await readIfThere(path), path);
}

export async function changeKnownServers(
  folder: string,
  change: (before: KnownServers) => KnownServers,
): Promise<void> {
  const path = join(folder, fileName);
  await replaceFile(path, async (before) => `${JSON.stringify(change(parse(before, path)), null, 2)}\n`);
}

const fileName = "servers.json";

function parse(text: string | null, path: string): KnownServers {
  if (text === null) return { current: null, servers: {} };
  try {
    const { current, servers } = JSON.parse(text) as Partial<KnownServers>;
    const isFine =
      (current === null || typeof current === "string") &&
      typeof servers === "object" &&
      Object.values(servers).every((store) => store === "keyring" || store === "file");
    if (isFine) return { current, servers };
  } catch {
    // One message covers both.
  }
  throw credentialError(`${path} cannot be understood; remove it and log in again`);
}
