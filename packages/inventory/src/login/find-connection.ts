import type { Secret } from "@keywarden/key-format";
import { openCredentials } from "./credentials.ts";
import { findConfigFolder, type KnownServers } from "./known-servers.ts";
import type { LoginEnvironment, LoginSettings } from "./login-environment.ts";
import { LoginError } from "./login-error.ts";
import { readServerUrl } from "./read-server-url.ts";
import { readToken } from "./read-token.ts";

export interface Connection {
  /** Without a slash at the end. */
  readonly server: string;
  readonly token: Secret;
  /** Where the token was found: a file, or what stores the login. */
  readonly tokenFrom: string;
}

/**
 * Finds the server and its token: by flags, then the environment, then the last login.
 *
 * @param begunAt the server of something that goes on; no other one will do
 * @throws LoginError LOGIN_SERVER if there is none, LOGIN_TOKEN or LOGIN_CREDENTIALS if its token cannot be used
 */
export async function findConnection(
  settings: LoginSettings,
  environment: LoginEnvironment,
  begunAt?: string,
): Promise<Connection> {
  const file = settings.tokenFile ?? environment.env["KEYWARDEN_TOKEN_FILE"] ?? "";
  const variable = environment.env["KEYWARDEN_SERVER"] ?? "";
  const hasServer = settings.server !== undefined || begunAt !== undefined || variable !== "";
  if (file !== "" && hasServer) {
    const server = chooseServer(settings, environment, noLogin, begunAt);
    return { server, token: readToken(file, environment), tokenFrom: file };
  }
  // A job in a container has no home folder and no login; its flags and variables are all that is missing.
  const hasHome = findConfigFolder(environment) !== null;
  const credentials = hasHome ? openCredentials(settings, environment) : nothingStored;
  const known = await credentials.known();
  const server = chooseServer(settings, environment, known, begunAt);
  if (file !== "") return { server, token: readToken(file, environment), tokenFrom: file };
  const token = await credentials.read(server);
  if (token === null) {
    throw new LoginError(
      "LOGIN_SERVER",
      `There is no login at ${server}: keywarden login --server ${server}, or --token-file <file>, or KEYWARDEN_TOKEN_FILE.`,
    );
  }
  const isFile = known.servers[server] === "file";
  return { server, token, tokenFrom: isFile ? "the encrypted file" : "the keyring of this system" };
}

const noLogin: KnownServers = { current: null, servers: {} };
const nothingStored = { known: async () => noLogin, read: async () => null };

/**
 * Chooses the server: by flag, that of a resumed rotation, by environment, or the last login.
 *
 * @throws LoginError LOGIN_SERVER
 */
export function chooseServer(
  { server: asked }: LoginSettings,
  { env }: Pick<LoginEnvironment, "env">,
  { current }: KnownServers,
  begunAt?: string,
): string {
  const variable = env["KEYWARDEN_SERVER"] ?? "";
  const given = asked ?? begunAt ?? (variable === "" ? current : variable) ?? "";
  if (given === "") {
    throw new LoginError(
      "LOGIN_SERVER",
      "Which server? Give --server <url>, set KEYWARDEN_SERVER, or begin with keywarden login.",
    );
  }
  const server = readServerUrl(given);
  if (begunAt !== undefined && server !== begunAt) {
    throw new LoginError(
      "LOGIN_SERVER",
      `That rotation was begun at ${begunAt} and can only be finished there, not at ${server}.`,
    );
  }
  return server;
}
