import { StorageError } from "@keywarden/storage";
import { ManagementError } from "@keywarden/management";
import { AppError } from "./app-error.ts";
import { startApp } from "./app.ts";
import type { App } from "./app.ts";
import { loadConfig } from "./config.ts";
import { makeLog } from "./log.ts";
import { helpText, parseOptions } from "./options.ts";
import { realScheduler } from "./scheduler.ts";
import { version } from "./version.ts";

export interface Run {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Resolves when the process is asked to stop. */
  readonly stopped: Promise<void>;
}

/** Starts the App, prints one line when it is ready, and serves until it is asked to stop; gives the exit status. */
export async function run({ argv, env, clock, writeOut, writeError, stopped }: Run): Promise<0 | 2> {
  try {
    const options = parseOptions(argv, env);
    if (options.ask !== "serve") {
      writeOut(options.ask === "help" ? helpText() : `${version}\n`);
      return 0;
    }
    const { configFile, dataDirectory, databaseUrl, host, port } = options;
    const config = loadConfig(configFile);
    const log = makeLog({ form: options.log, write: writeError, clock });
    const app: App = await startApp({
      config,
      dataDirectory,
      databaseUrl,
      host,
      port,
      env,
      clock,
      scheduler: realScheduler,
      log,
    });
    writeOut(`keywarden-github-app listening on ${app.url} (${config.mode})\n`);
    await stopped;
    await app.stop();
    log("info", "stopped");
    return 0;
  } catch (error) {
    writeError(`keywarden-github-app: ${sentenceFor(error)}\n`);
    if (argv.includes("--debug") && error instanceof Error) writeError(`${error.stack ?? ""}\n`);
    return 2;
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof AppError || error instanceof StorageError || error instanceof ManagementError)
    return error.message;
  return "unexpected failure; run it again with --debug to see where";
}
