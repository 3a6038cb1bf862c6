import { type InventoryClient, makeInventoryClient } from "@keywarden/management";
import { openCredentials } from "./credentials.ts";
import { findConfigFolder, type KnownServers } from "./known-servers.ts";
import type { LoginEnvironment, LoginSettings } from "./login-environment.ts";
import { LoginError } from "./login-error.ts";
import { readToken } from "./read-token.ts";

export interface Connection {
  readonly client: InventoryClient;
  /** Without a slash at the end. */
  readonly server: string;
  /** Where the token was found: a file, or what keeps the login. */
  readonly tokenFrom: string;
}

/**
 * Makes the client for the server that flags, the environment or a login name.
 *
 * @throws LoginError LOGIN_SERVER if there is none, LOGIN_TOKEN or LOGIN_CREDENTIALS when its token cannot be used
 */
export async function connect(
  settings: LoginSettings,
  environment: LoginEnvironment,
  knownServer?: string,
): Promise<Connection> {
  const file = settings.tokenFile ?? environment.env["KEYWARDEN_TOKEN_FILE"] ?? "";
  const hasServer =
    settings.server !== undefined || knownServer !== undefined || environment.env["KEYWARDEN_SERVER"];
  if (file !== "" && hasServer) {
    const server = chooseServer(settings, environment, noLogin, knownServer);
    return {
      server,
      client: makeInventoryClient({ baseUrl: server, token: readToken(file, environment) }),
      tokenFrom: file,
    };
  }
  // A job in a container has no home folder and no login; its flags and variables are all that is missing.
  const hasHome = findConfigFolder(environment) !== null;
  const credentials = hasHome ? openCredentials(settings, environment) : nothingKept;
  const known = await credentials.known();
  const server = chooseServer(settings, environment, known, knownServer);
  const token = file === "" ? await credentials.read(server) : readToken(file, environment);
  if (token === null) {
    throw new LoginError(
      "LOGIN_SERVER",
      `There is no login at ${server}: keywarden login --server ${server}, or --token-file <file>, or KEYWARDEN_TOKEN_FILE.`,
    );
  }
  const kept = known.servers[server] === "file" ? "the encrypted file" : "the keyring of this system";
  return {
    server,
    client: makeInventoryClient({ baseUrl: server, token }),
    tokenFrom: file === "" ? kept : file,
  };
}

const noLogin: KnownServers = { current: null, servers: {} };
const nothingKept = { known: async () => noLogin, read: async () => null };

/** Chooses the server: that of a resumed rotation, else flag, environment, or the last login. */
export function chooseServer(
  { server: asked }: LoginSettings,
  { env }: Pick<LoginEnvironment, "env">,
  { current }: KnownServers,
  knownServer?: string,
): string {
  const variable = env["KEYWARDEN_SERVER"] ?? "";
  const given = asked ?? knownServer ?? (variable === "" ? current : variable) ?? "";
  if (given === "") {
    throw new LoginError(
      "LOGIN_SERVER",
      "Which server? Give --server <url>, set KEYWARDEN_SERVER, or begin with keywarden login.",
    );
  }
  const server = given.replace(/\/+$/, "");
  if (knownServer !== undefined && server !== knownServer) {
    throw new LoginError(
      "LOGIN_SERVER",
      `That rotation was begun at ${knownServer} and can only be finished there, not at ${server}.`,
    );
  }
  return server;
}
