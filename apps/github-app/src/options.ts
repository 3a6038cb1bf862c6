import { AppError } from "./app-error.ts";
import { didYouMean } from "./did-you-mean.ts";

interface Flag {
  readonly name: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

const flags = [
  {
    name: "--config",
    value: "<file>",
    help: "JSON file that names GitHub, the app and the owners' APIs (required)",
  },
  {
    name: "--data",
    value: "<directory>",
    help: "where deliveries, jobs, audit and mirrors are kept (required)",
  },
  {
    name: "--database-url",
    value: "<url>",
    help: "postgres://… for all but the mirrors, so that several Apps share the work; else SQLite in --data (or DATABASE_URL)",
  },
  { name: "--port", value: "<number>", help: "port to listen on; 0 takes a free one (default 8787)" },
  { name: "--host", value: "<address>", help: "address to listen on (default 127.0.0.1)" },
  { name: "--log", value: "text|json", help: "form of the log lines on standard error (default text)" },
  { name: "--debug", help: "show stack traces of failures to start" },
  { name: "--help", help: "show this help" },
  { name: "--version", help: "show the version" },
] as const satisfies readonly Flag[];

type FlagName = (typeof flags)[number]["name"];

/** What the command line asks for. */
export type Options =
  | { readonly ask: "help" }
  | { readonly ask: "version" }
  | {
      readonly ask: "serve";
      readonly configFile: string;
      readonly dataDirectory: string;
      /** `null` keeps everything in the data directory. */
      readonly databaseUrl: string | null;
      readonly port: number;
      readonly host: string;
      readonly log: "text" | "json";
    };

/** @throws {@link AppError} APP_USAGE when a flag is unknown, has no value or is missing. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Options {
  const given = collect(argv);
  if (given.has("--help")) return { ask: "help" };
  if (given.has("--version")) return { ask: "version" };
  return {
    ask: "serve",
    configFile: required(given, "--config"),
    dataDirectory: required(given, "--data"),
    // An empty variable counts as unset, as shells and compose files commonly leave them.
    databaseUrl: given.get("--database-url") ?? (env["DATABASE_URL"] || null),
    port: portFrom(given.get("--port") ?? "8787"),
    host: given.get("--host") ?? "127.0.0.1",
    log: logFrom(given.get("--log") ?? "text"),
  };
}

/** The help text, made from the flag table. */
export function helpText(): string {
  const rows = flags.map((flag) => ({
    left: "value" in flag ? `${flag.name} ${flag.value}` : flag.name,
    help: flag.help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return `keywarden-github-app: revokes an exposed key within seconds of the push.

  keywarden-github-app --config <file> --data <directory> [--port <number>]

Receives GitHub's push webhooks at POST /webhooks/github, reads what was pushed with git, asks the keys' owners
by fingerprint whose they are, revokes the live ones and says what it did in a check run. It starts in dry-run:
set "mode": "armed" in the config when the check runs of dry-run convince you.

${rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`).join("\n")}

Files in the data directory that you can make while it runs:
  kill-switch   nothing is revoked while this file exists; what would have been is held
  approve       lets the held revocations go on, once

Config, with paths relative to the file:
  { "mode": "dry-run",
    "github": { "apiUrl": "https://api.github.com", "gitUrl": "https://github.com", "appId": 1234,
                "privateKeyFile": "app.pem", "webhookSecretFile": "webhook-secret" },
    "providers": [ { "provider": "aforo", "baseUrl": "https://keys.example.com/aforo", "tokenFile": "aforo-token" } ] }

  Also: "killSwitch": true (revoke nothing), "history": "revoke" (also live keys that were in a repository before its
  first push seen here; default "report"), "breaker": { "revocations": 10, "windowMinutes": 10 } (more than that in
  that time are held for approval).

Exit status: 0 stopped as asked, 2 could not start or serve.
`;
}

function collect(argv: readonly string[]): ReadonlyMap<FlagName, string> {
  const given = new Map<FlagName, string>();
  for (let index = 0; index < argv.length; index += 1) {
    const [name = "", inline] = splitOnce(argv[index] ?? "");
    const flag = flags.find((known) => known.name === name);
    if (flag === undefined) {
      const names = flags.map((known) => known.name);
      throw new AppError("APP_USAGE", `unknown flag "${name}"${didYouMean(name, names)}; see --help`);
    }
    if (!("value" in flag)) {
      given.set(flag.name, "");
      continue;
    }
    const value = inline ?? argv[(index += 1)];
    if (value === undefined || (inline === undefined && value.startsWith("--"))) {
      throw new AppError("APP_USAGE", `${flag.name} needs a value: ${flag.name} ${flag.value}`);
    }
    given.set(flag.name, value);
  }
  return given;
}

function splitOnce(argument: string): readonly string[] {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return at === -1 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}

function required(given: ReadonlyMap<FlagName, string>, name: FlagName): string {
  const value = given.get(name);
  if (value === undefined || value === "") throw new AppError("APP_USAGE", `${name} is required; see --help`);
  return value;
}

function portFrom(text: string): number {
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535))
    throw new AppError("APP_USAGE", `--port must be a number from 0 to 65535, not "${text}"`);
  return port;
}

function logFrom(text: string): "text" | "json" {
  if (text === "text" || text === "json") return text;
  throw new AppError("APP_USAGE", `--log must be text or json, not "${text}"`);
}
