import { defineFlags, type FlagValues } from "@keywarden/command-line";

/** How the App serves. */
export const serveFlags = defineFlags({
  config: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_CONFIG",
    required: true,
    summary: "JSON file that names GitHub, the app and the providers' APIs",
  },
  data: {
    kind: "folder",
    value: "folder",
    variable: "KEYWARDEN_DATA",
    required: true,
    summary: "folder for deliveries, jobs, audit and mirrors; created if missing",
  },
  "database-url": {
    kind: "url",
    value: "url",
    variable: "DATABASE_URL",
    summary:
      "postgres://… for everything but the mirrors, so that several Apps share the work; else SQLite in --data",
  },
  port: {
    kind: "port",
    value: "port",
    variable: "KEYWARDEN_PORT",
    default: 8787,
    summary: "port to listen on; 0 takes any free one",
  },
  host: {
    kind: "text",
    value: "address",
    variable: "KEYWARDEN_HOST",
    default: "127.0.0.1",
    summary: "address to listen on",
  },
  log: {
    kind: "parsed",
    value: "level",
    variable: "KEYWARDEN_LOG",
    default: "info",
    read: readLog,
    summary: "what is logged to standard error: silent, error, warn or info",
  },
  "log-format": {
    kind: "choice",
    value: "format",
    choices: ["text", "json"],
    variable: "KEYWARDEN_LOG_FORMAT",
    shownDefault: "text",
    summary: "format of the log lines",
  },
});

export const logLevels = ["silent", "error", "warn", "info"] as const;

/** What `--log` says: a level, or the form of the lines, which it once meant. */
export type LogChoice = (typeof logLevels)[number] | "text" | "json";

export type ServeOptions = FlagValues<typeof serveFlags>;

function readLog(text: string): LogChoice {
  const choice = [...logLevels, "text", "json"].find((word): word is LogChoice => word === text);
  if (choice !== undefined) return choice;
  throw new RangeError(`must be ${logLevels.join(", ")}, not ${JSON.stringify(text)}.`);
}
