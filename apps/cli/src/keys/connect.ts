import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Secret } from "@keywarden/key-format";
import { type InventoryClient, makeInventoryClient } from "@keywarden/management";
import { readVariable } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { KnownServers } from "../credentials/known-servers.ts";
import type { Options } from "../options.ts";
import type { Terminal } from "../terminal.ts";

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
 * @throws CliError CLI_USAGE when there is none, CLI_TOKEN or CLI_CREDENTIALS when its token cannot be used
 */
export async function connect(
  options: Options,
  terminal: Terminal,
  knownServer?: string,
): Promise<Connection> {
  const { values } = options;
  const file = values.get("token-file") ?? terminal.env["KEYWARDEN_TOKEN_FILE"] ?? "";
  const hasServer = values.has("server") || knownServer !== undefined || terminal.env["KEYWARDEN_SERVER"];
  if (file !== "" && hasServer) {
    const server = chooseServer(options, terminal, noLogin, knownServer);
    return {
      server,
      client: makeInventoryClient({ baseUrl: server, token: readToken(file, terminal) }),
      tokenFrom: file,
    };
  }
  const [{ openCredentials }, { findConfigFolder }] = await Promise.all([
    import("../credentials/credentials.ts"),
    import("../credentials/known-servers.ts"),
  ]);
  // A job in a container has no home folder and no login; its flags and variables are all that is missing.
  const hasHome = findConfigFolder(terminal) !== null;
  const credentials = hasHome ? openCredentials(options, terminal) : nothingKept;
  const known = await credentials.known();
  const server = chooseServer(options, terminal, known, knownServer);
  const token = file === "" ? await credentials.read(server) : readToken(file, terminal);
  if (token === null) {
    throw new CliError(
      "CLI_USAGE",
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

/** Says which server is meant: the one of a rotation that goes on, else flag, environment, or the last login. */
export function chooseServer(
  { values }: Options,
  { env }: Terminal,
  { current }: KnownServers,
  knownServer?: string,
): string {
  const variable = env["KEYWARDEN_SERVER"] ?? "";
  const given = values.get("server") ?? knownServer ?? (variable === "" ? current : variable) ?? "";
  if (given === "") {
    throw new CliError(
      "CLI_USAGE",
      "Which server? Give --server <url>, set KEYWARDEN_SERVER, or begin with keywarden login.",
    );
  }
  const server = given.replace(/\/+$/, "");
  if (knownServer !== undefined && server !== knownServer) {
    throw new CliError(
      "CLI_USAGE",
      `That rotation was begun at ${knownServer} and can only be finished there, not at ${server}.`,
    );
  }
  return server;
}

const longestBytes = 4096;

/** Reads the one token in a file, or the value of a variable in a `.env` file: `<file>#<variable>`. */
export function readToken(place: string, { directory, warn }: Pick<Terminal, "directory" | "warn">): Secret {
  const [, file = place, variable] = /^(.+)#([\w.-]+)$/s.exec(place) ?? [];
  const path = resolve(directory, file);
  try {
    const { size, mode } = statSync(path);
    if (size > (variable === undefined ? longestBytes : longestEnvBytes)) {
      throw unusable(file, "it is too long to be a token");
    }
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    const token = variable === undefined ? text.trim() : readVariable(text, variable);
    if (token === null) throw unusable(place, `it has no ${variable}`);
    if (!/^[\u0021-\u007E]+$/.test(token)) throw unusable(place, "it must hold one token and nothing else");
    // Windows has no permission bits for group and others: there they are always set.
    if (!path.includes("\\") && (mode & 0o077) !== 0) {
      warn(`keywarden: others on this machine can read ${file}: chmod 600 it\n`);
    }
    return new Secret(token);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw unusable(file, `it cannot be read (${code})`);
  }
}

const longestEnvBytes = 1024 * 1024;

const unusable = (file: string, why: string): CliError =>
  new CliError("CLI_TOKEN", `The token file ${file} cannot be used: ${why}.`);
