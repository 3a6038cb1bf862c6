import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FlagValues } from "@keywarden/command-line";
import { Secret } from "@keywarden/key-format";
import { StorageError } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import type { appConnectionFlags } from "../options.ts";
import type { Process } from "../process.ts";
import { readLine } from "./address-file.ts";
import { connectOverHttp } from "./connect-over-http.ts";
import type { AppConnection } from "./connection.ts";

export type ConnectionFlags = FlagValues<typeof appConnectionFlags>;

/**
 * Finds a way to ask the App: at `--server`; else its storage; and where an App has that open, over HTTP with the
 * token in its data folder. Only an App that holds the folder's lock is sent that token: whoever has taken the port of
 * one that died gets nothing.
 *
 * @throws {@link AppError} APP_USAGE when it is not said which App is meant
 */
export async function connectToApp(flags: ConnectionFlags, { env, clock }: Process): Promise<AppConnection> {
  const { config, data, server, by } = flags;
  const person = by ?? env["USER"] ?? env["LOGNAME"] ?? null;
  if (server !== undefined) return connectOverHttp(server, tokenFrom(flags), by ?? null);
  if (data === undefined)
    throw new AppError("APP_USAGE", "name the App: --data <folder>, or --server <url> with --token-file");
  const databaseUrl = flags.databaseUrl ?? null;
  // Opening would make a new storage, and "nothing was found" would be true of that one only.
  if (databaseUrl === null && !existsSync(join(data, "exposures.db")))
    throw new AppError(
      "APP_USAGE",
      `no App has its storage in ${data}: none was started there yet, or its storage is in PostgreSQL (--database-url)`,
    );
  try {
    const { connectToStorage } = await import("./connect-to-storage.ts");
    return await connectToStorage({
      configFile: config,
      dataDirectory: data,
      databaseUrl,
      person: person ?? "operator",
      clock,
    });
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== "STORAGE_LOCKED") throw error;
  }
  const url = readLine(data, "address");
  if (url === null) throw new AppError("APP_UNREACHABLE", `the App on ${data} does not answer yet`);
  return connectOverHttp(url, tokenFrom(flags), person);
}

function tokenFrom({ tokenFile, data }: ConnectionFlags): Secret {
  if (tokenFile !== undefined) {
    try {
      return new Secret(readFileSync(tokenFile, "utf8").trim());
    } catch {
      throw new AppError("APP_USAGE", `cannot read the token from ${tokenFile}`);
    }
  }
  const text = data === undefined ? null : readLine(data, "bootstrap-token");
  if (text !== null) return new Secret(text);
  throw new AppError("APP_USAGE", "name the file with your token: --token-file <file>");
}
