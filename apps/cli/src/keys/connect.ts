import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Secret } from "@keywarden/key-format";
import { type InventoryClient, makeInventoryClient } from "@keywarden/management";
import { readVariable } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { Options } from "../options.ts";
import type { Terminal } from "../terminal.ts";

export interface Connection {
  readonly client: InventoryClient;
  /** Without a slash at the end. */
  readonly server: string;
}

/**
 * Makes the client for the server that flags or the environment name.
 *
 * @throws CliError CLI_USAGE when there is none, CLI_TOKEN when its token cannot be used
 */
export function connect(options: Options, terminal: Terminal, knownServer?: string): Connection {
  const given = options.values.get("server") ?? knownServer ?? terminal.env["KEYWARDEN_SERVER"] ?? "";
  if (given === "") {
    throw new CliError("CLI_USAGE", "Which server? Give --server <url> or set KEYWARDEN_SERVER.");
  }
  const server = given.replace(/\/+$/, "");
  if (knownServer !== undefined && server !== knownServer) {
    throw new CliError(
      "CLI_USAGE",
      `That rotation was begun at ${knownServer} and can only be finished there, not at ${server}.`,
    );
  }
  const file = options.values.get("token-file") ?? terminal.env["KEYWARDEN_TOKEN_FILE"] ?? "";
  if (file === "") {
    throw new CliError("CLI_USAGE", "Which token? Give --token-file <file> or set KEYWARDEN_TOKEN_FILE.");
  }
  return { server, client: makeInventoryClient({ baseUrl: server, token: readToken(file, terminal) }) };
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
