import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, type InventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { programOf, runBuilt, type Place, type Result } from "./run-built.ts";

/** A command in a folder that also holds what it keeps, for one of the two servers: the first unless `at` is 1. */
export interface Call extends Place {
  readonly at?: 0 | 1;
}

/** Starts two servers, and gives what is needed to ask them from the command line. */
export async function startTwoServers() {
  const start = (): Promise<KeyServerProgram> =>
    startKeyServer({
      file: programOf("key-server"),
      directory: makeTemporaryDirectory().path,
      env: process.env,
    });
  const servers = [await start(), await start()] as const;
  const serverAt = (at: number): KeyServerProgram => (at === 0 ? servers[0] : servers[1]);
  return {
    serverAt,
    clientOf(at: number): InventoryClient {
      const token = new Secret(readFileSync(serverAt(at).tokenFile, "utf8").trim());
      return makeInventoryClient({ baseUrl: serverAt(at).url, token, timeoutMs: 90_000 });
    },
    run(args: readonly string[], { directory, input = "", at = 0, env: more = {} }: Call): Promise<Result> {
      const env = {
        ...process.env,
        KEYWARDEN_SERVER: serverAt(at).url,
        KEYWARDEN_TOKEN_FILE: serverAt(at).tokenFile,
        TMPDIR: directory,
        KEYWARDEN_HOME: join(directory, "home"),
        ...more,
      };
      return runBuilt("cli", args, { directory, env, input });
    },
    async stop() {
      for (const server of servers) await server.program.stop();
    },
  };
}
