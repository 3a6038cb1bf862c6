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

/** Which App a command is about, and who asks. */
export const appConnectionFlags = defineFlags({
  data: {
    kind: "folder",
    value: "folder",
    variable: "KEYWARDEN_DATA",
    summary: "data folder of the App; if the App is running, the command calls it",
  },
  config: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_CONFIG",
    summary: "config of the App, to work on its storage while no App is running",
  },
  "database-url": {
    kind: "url",
    value: "url",
    variable: "DATABASE_URL",
    summary: "postgres://… of the App, if it has one",
  },
  server: {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_APP_URL",
    summary: "address of a running App, instead of --data",
  },
  "token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_APP_TOKEN_FILE",
    summary: "file with your token of the App (default: bootstrap-token in --data)",
  },
  by: {
    kind: "text",
    value: "name",
    summary: "your name for the audit, if others share the token (default: your login)",
  },
  format: {
    kind: "choice",
    value: "format",
    choices: ["text", "json"],
    default: "text",
    summary: "output format",
  },
  json: { kind: "shorthand", for: "format", is: "json", summary: "short for --format json" },
});

export const logLevels = ["silent", "error", "warn", "info"] as const;

/** What `--log` says: a level, or the form of the lines, which it once meant. */
export type LogChoice = (typeof logLevels)[number] | "text" | "json";

export type ServeOptions = FlagValues<typeof serveFlags>;

function readLog(text: string): LogChoice {
  const choice = [...logLevels, "text", "json"].find((word): word is LogChoice => word === text);
  if (choice !== undefined) return choice;
  throw new RangeError(`must be silent, error, warn or info, not ${JSON.stringify(text)}.`);
}
