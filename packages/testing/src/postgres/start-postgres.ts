import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { makeTemporaryDirectory } from "../temporary-directory.ts";
import { findPostgres, type FoundPostgres } from "./find-postgres.ts";

/** A PostgreSQL server of a test's own, on loopback, gone with all its data when it is stopped. */
export interface TestPostgres {
  /** `postgres://…` of an empty database, for a user who owns everything. */
  readonly url: string;
  /** A directory that the server's user can read. */
  readonly directory: string;
  /** Stops the server as an operator would, starts it again on the same port and waits until it is ready. */
  restart(): Promise<void>;
  /** From the next restart on the server takes TLS connections only. The files are given to the server's user. */
  useTls(files: { readonly certificate: string; readonly key: string }): void;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Whether commits wait for the disk, as they must for measurements; false by default. */
  readonly fsync?: boolean;
}

/**
 * Starts a real PostgreSQL in a temporary directory.
 *
 * @throws Error when PostgreSQL is not there (ask `findPostgres` first) or ends before it is ready
 */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const found = findPostgres();
  if ("missing" in found) throw new Error(`cannot start PostgreSQL: ${found.missing}`);
  const temporary = makeTemporaryDirectory();
  const data = join(temporary.path, "data");
  mkdirSync(data, { mode: 0o700 });
  chmodSync(temporary.path, 0o755);
  if (found.owner !== null) chownSync(data, found.owner.uid, found.owner.gid);
  try {
    initialise(found, data);
    const { fsync = false } = options;
    let settings: Readonly<Record<string, string>> = { fsync: fsync ? "on" : "off" };
    const { port, ...started } = await launchSomewhere(found, data, settings);
    let { server } = started;
    return {
      url: `postgres://keywarden@127.0.0.1:${port}/postgres`,
      directory: data,
      async restart() {
        await end(server);
        server = await launch(found, data, port, settings);
      },
      useTls({ certificate, key }) {
        for (const file of [certificate, key]) {
          chmodSync(file, 0o600);
          if (found.owner !== null) chownSync(file, found.owner.uid, found.owner.gid);
        }
        const rules = join(data, "pg_hba.conf");
        writeFileSync(rules, "hostssl all all 127.0.0.1/32 trust\n");
        settings = { ...settings, ssl: "on", ssl_cert_file: certificate, ssl_key_file: key };
      },
      async stop() {
        await end(server);
        temporary.remove();
      },
    };
  } catch (error) {
    temporary.remove();
    throw error;
  }
}

function initialise({ binDirectory, owner }: FoundPostgres, data: string): void {
  const flags = [
    "-U",
    "keywarden",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
  ];
  execFileSync(join(binDirectory, "initdb"), ["-D", data, ...flags], {
    ...owner,
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function launch(
  { binDirectory, owner }: FoundPostgres,
  data: string,
  port: number,
  more: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port,
    max_connections: 100,
    ...more,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(binDirectory, "postgres"), ["-D", data, ...flags], {
    ...owner,
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (log.length < 20_000) log += text;
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("close", (status) =>
      reject(new Error(`PostgreSQL ended with status ${status} before it was ready\n${log}`)),
    );
  });
  // The whole test run may end by a signal; a server that outlived it would hold its port and its files.
  process.once("exit", () => server.kill("SIGQUIT"));
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, "close");
  // "Fast": connections are closed, data is written, nothing is waited for.
  server.kill("SIGINT");
  await closed;
}

// Another process may take a free port before PostgreSQL binds it; only PostgreSQL itself can tell.
async function launchSomewhere(
  found: FoundPostgres,
  data: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly port: number; readonly server: ChildProcess }> {
  for (let attempts = 1; ; attempts += 1) {
    const port = await freePort();
    try {
      return { port, server: await launch(found, data, port, settings) };
    } catch (error) {
      if (attempts === 5 || !/could not bind|Address already in use/.test(String(error))) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("a listening server has a port");
  return address.port;
}
