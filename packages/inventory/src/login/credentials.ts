import { describeSystemError } from "@keywarden/command-line";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { quoteForShell, type Secret } from "@keywarden/key-format";
import { askHidden } from "./ask-hidden.ts";
import { credentialError } from "./login-error.ts";
import type { CredentialStore } from "./credential-store.ts";
import { changeKnownServers, configFolder, readKnownServers, type KnownServers } from "./known-servers.ts";
import { openEncryptedFile } from "./open-encrypted-file.ts";
import type { LoginEnvironment, LoginSettings } from "./login-environment.ts";
import { openKeyring } from "./open-keyring.ts";

/** What logins of this user are kept, and where. */
export interface Credentials {
  known(): Promise<KnownServers>;
  /** @throws LoginError LOGIN_CREDENTIALS when what is kept cannot be read */
  read(server: string): Promise<Secret | null>;
  /** Keeps a token and makes its server the current one; gives the location. Never keeps it in plain text. */
  write(server: string, token: Secret): Promise<string>;
  remove(server: string): Promise<boolean>;
}

const remedy =
  "Set KEYWARDEN_PASSPHRASE to keep it in an encrypted file, or keep no login and set KEYWARDEN_TOKEN_FILE";

export function openCredentials(settings: LoginSettings, environment: LoginEnvironment): Credentials {
  const folder = configFolder(environment);
  const file = openEncryptedFile(join(folder, "credentials"), (isNew) =>
    askPassphrase(settings, environment, isNew),
  );
  const storeOf = (name: CredentialStore["name"]) =>
    name === "file" ? file : openKeyring(environment.program);
  const known = () => readKnownServers(folder);
  const keepIn = async (store: CredentialStore, server: string, token: Secret): Promise<string> => {
    await store.write(server, token);
    await changeKnownServers(folder, ({ servers }) => ({
      current: server,
      servers: { ...servers, [server]: store.name },
    }));
    return store.location;
  };
  return {
    known,
    async read(server) {
      const name = (await known()).servers[server];
      return name === undefined ? null : storeOf(name).read(server);
    },
    async write(server, token) {
      const asked = settings.keyring ?? "auto";
      if (asked === "file") return keepIn(file, server, token);
      try {
        return await keepIn(storeOf("keyring"), server, token);
      } catch (error) {
        if (asked === "system") throw error;
        const why = error instanceof Error ? error.message : "It has no keyring.";
        environment.warn(why.replace(/\.$/, ""));
        return keepIn(file, server, token);
      }
    },
    async remove(server) {
      const name = (await known()).servers[server];
      if (name === undefined) return false;
      const wasThere = await storeOf(name).remove(server);
      await changeKnownServers(folder, ({ current, servers }) => {
        const { [server]: _gone, ...rest } = servers;
        return { current: current === server ? (Object.keys(rest)[0] ?? null) : current, servers: rest };
      });
      return wasThere;
    },
  };
}

async function askPassphrase(
  settings: LoginSettings,
  { env, directory, warn, ask }: LoginEnvironment,
  isNew: boolean,
): Promise<string> {
  const file = settings.passphraseFile ?? env["KEYWARDEN_PASSPHRASE_FILE"] ?? "";
  const given =
    file === "" ? (env["KEYWARDEN_PASSPHRASE"] ?? "") : readPassphrase(resolve(directory, file), warn);
  const passphrase = given === "" ? await askHidden("Passphrase of Keywarden's credentials: ", ask) : given;
  if (passphrase === null)
    throw credentialError(
      `A token is never stored in plain text, and there is no terminal to ask for a passphrase. ${remedy}`,
    );
  // A stored file judges its own passphrase: a short one is as wrong as any other.
  if (isNew && passphrase.length < leastLength)
    throw credentialError(`The passphrase has fewer than ${leastLength} characters. ${remedy}`);
  if (given === "" && isNew && (await askHidden("Repeat the passphrase: ", ask)) !== passphrase)
    throw credentialError("The two passphrases differ, so nothing was kept");
  return passphrase;
}

const leastLength = 8;

function readPassphrase(path: string, warn: LoginEnvironment["warn"]): string {
  try {
    const stats = statSync(path);
    // A descriptor belongs to this process alone. Windows has no permission bits for group and others: they are always set there.
    if (stats.isFile() && !path.includes("\\") && (stats.mode & 0o077) !== 0)
      warn(`others on this machine can read ${path}; run: chmod 600 ${quoteForShell(path)}`);
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw credentialError(`The passphrase file ${path} cannot be read: ${describeSystemError(error)}`, error);
  }
}
