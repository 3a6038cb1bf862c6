import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, type InventoryClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";

export const programOf = (app: string) =>
  fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));

export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  /** The folder in which the command runs and keeps what it keeps. */
  readonly directory: string;
  readonly input?: string;
  readonly at?: number;
  readonly env?: Readonly<Record<string, string>>;
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
      return makeInventoryClient({ baseUrl: serverAt(at).url, token });
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
      return new Promise((resolve) => {
        const options = { cwd: directory, env, maxBuffer: 1 << 28 };
        const child = execFile(
          process.execPath,
          [programOf("cli"), ...args],
          options,
          (error, stdout, stderr) => {
            resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
          },
        );
        child.stdin?.end(input);
      });
    },
    async stop() {
      for (const server of servers) await server.program.stop();
    },
  };
}
