import { makeAddressList } from "@keywarden/verifier";
import { logLevels, type LogLevel } from "./http/logger.ts";
import { KeyServerError } from "./key-server-error.ts";
import { nearestWord } from "@keywarden/key-format";

interface Flag {
  readonly name: string;
  readonly value: string | null;
  readonly variable: string | null;
  readonly fallback: string | null;
  readonly help: string;
}

/** Every option, in the order in which the help shows it; parsing and help both come from here. */
export const flags: readonly Flag[] = [
  {
    name: "data",
    value: "<dir>",
    variable: "KEYWARDEN_DATA",
    fallback: null,
    help: "directory of the database and the bootstrap token; made when missing",
  },
  {
    name: "database-url",
    value: "<url>",
    variable: "DATABASE_URL",
    fallback: null,
    help: "postgres://… to keep the keys in, so that several servers share them; else SQLite in --data",
  },
  {
    name: "port",
    value: "<n>",
    variable: "KEYWARDEN_PORT",
    fallback: "7300",
    help: "port to listen on; 0 takes any free one",
  },
  {
    name: "host",
    value: "<address>",
    variable: "KEYWARDEN_HOST",
    fallback: "127.0.0.1",
    help: "address to listen on; anything but loopback needs a TLS proxy in front",
  },
  {
    name: "trusted-proxies",
    value: "<list>",
    variable: "KEYWARDEN_TRUSTED_PROXIES",
    fallback: null,
    help: "addresses and ranges, with commas, whose X-Forwarded-For is believed",
  },
  {
    name: "providers",
    value: "<file>",
    variable: "KEYWARDEN_PROVIDERS",
    fallback: null,
    help: "JSON list of providers of your own, served under /<id>/v1/api-keys",
  },
  {
    name: "countries",
    value: "<file>",
    variable: "KEYWARDEN_COUNTRIES",
    fallback: null,
    help: "CSV of range,country (192.0.2.0/24,DE) for usage by country; else it is unknown",
  },
  {
    name: "alert-origins",
    value: "<list>",
    variable: "KEYWARDEN_ALERT_ORIGINS",
    fallback: null,
    help: "origins, with commas, to which alerts may be sent; to none when absent",
  },
  {
    name: "alert-secret",
    value: "<file>",
    variable: "KEYWARDEN_ALERT_SECRET",
    fallback: null,
    help: "file with what webhook calls are signed with; made in --data when absent",
  },
  {
    name: "log",
    value: "<level>",
    variable: "KEYWARDEN_LOG",
    fallback: "warn",
    help: `what goes to standard error: ${logLevels.join(", ")}`,
  },
  {
    name: "debug",
    value: null,
    variable: null,
    fallback: null,
    help: "print the stack trace of an error that ends the server",
  },
  { name: "help", value: null, variable: null, fallback: null, help: "print this text" },
  { name: "version", value: null, variable: null, fallback: null, help: "print the version" },
];

/** Where the keys are. */
export interface StorageChoice {
  /** The directory of the database, where `databaseUrl` is `null`, and of the bootstrap token. */
  readonly data: string;
  readonly databaseUrl: string | null;
  readonly providersFile: string | null;
}

export interface ServeOptions extends StorageChoice {
  readonly command: "serve";
  readonly port: number;
  readonly host: string;
  readonly trustedProxies: readonly string[];
  readonly countriesFile: string | null;
  readonly alertOrigins: readonly string[];
  readonly alertSecretFile: string | null;
  readonly log: LogLevel;
}

export interface BackupOptions extends StorageChoice {
  readonly command: "backup" | "restore";
  readonly file: string;
}

export type Options =
  | ServeOptions
  | BackupOptions
  | (StorageChoice & { readonly command: "audit-verify" })
  | { readonly command: "help" | "version" };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * @throws {@link KeyServerError} SERVER_BAD_OPTION for anything that the table does not have
 */
export function readOptions(argv: readonly string[], env: Env): Options {
  const { values, words } = split(argv);
  if (values.has("help")) return { command: "help" };
  if (values.has("version")) return { command: "version" };

  const valueOf = (name: string): string | null => {
    const flag = flags.find((candidate) => candidate.name === name);
    const fromEnv = flag?.variable === undefined || flag.variable === null ? undefined : env[flag.variable];
    // An empty variable counts as unset, as shells and compose files commonly leave them.
    return values.get(name) ?? (fromEnv || null) ?? flag?.fallback ?? null;
  };
  const databaseUrl = valueOf("database-url");
  const [command = "", file, ...more] = words;
  const isBackup = command === "backup" || command === "restore";
  const isKnown = isBackup ? more.length === 0 : ["", "audit verify"].includes(words.join(" "));
  if (!isKnown) {
    throw bad(
      `there is no command "${words.join(" ")}"; there are "audit verify", "backup <file>", "restore <file>", and none to serve`,
    );
  }
  const data = valueOf("data") ?? (command !== "" && databaseUrl !== null ? "" : null);
  if (data === null) throw bad("--data <dir> is missing: name the directory that holds the keys");
  const choice: StorageChoice = { data, databaseUrl, providersFile: valueOf("providers") };
  if (isBackup) {
    if (file === undefined) throw bad(`${command} needs a file: keywarden-server ${command} <file>`);
    return { command, file, ...choice };
  }
  if (command === "audit") return { command: "audit-verify", ...choice };

  const port = valueOf("port") ?? "";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw bad(`--port must be a number from 0 to 65535, not "${port}"`);
  }
  const level = valueOf("log");
  const log = logLevels.find((candidate) => candidate === level);
  if (log === undefined) throw bad(`--log must be one of ${logLevels.join(", ")}, not "${level ?? ""}"`);
  const trustedProxies = (valueOf("trusted-proxies") ?? "").split(",").filter((range) => range !== "");
  try {
    makeAddressList(trustedProxies);
  } catch (error) {
    throw bad(`--trusted-proxies: ${error instanceof Error ? error.message : ""}`);
  }
  const host = valueOf("host") ?? "";
  const countriesFile = valueOf("countries");
  const alertOrigins = readOrigins(valueOf("alert-origins") ?? "");
  const alertSecretFile = valueOf("alert-secret");
  const monitoring = { countriesFile, alertOrigins, alertSecretFile };
  return { command: "serve", ...choice, port: Number(port), host, trustedProxies, ...monitoring, log };
}

function readOrigins(list: string): readonly string[] {
  const origins = list.split(",").filter((origin) => origin !== "");
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : null;
    if (url === null || url.origin !== origin || !/^https?:$/.test(url.protocol))
      throw bad(`--alert-origins: "${origin}" is no origin such as https://hooks.example.com`);
  }
  return origins;
}

function split(argv: readonly string[]): { values: ReadonlyMap<string, string>; words: readonly string[] } {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? "";
    if (!argument.startsWith("-")) {
      words.push(argument);
      continue;
    }
    const [name = "", inline] = argument.replace(/^-h$/, "--help").replace(/^--?/, "").split(/=(.*)/s);
    const flag = flags.find((candidate) => candidate.name === name);
    if (flag === undefined) {
      const near = nearestWord(
        name,
        flags.map((candidate) => candidate.name),
      );
      throw bad(
        near === undefined
          ? `there is no option ${argument.split("=")[0] ?? ""}; --help lists them all`
          : `there is no option --${name}; did you mean --${near}?`,
      );
    }
    if (flag.value === null) {
      if (inline !== undefined) throw bad(`--${name} takes no value`);
      values.set(name, "");
      continue;
    }
    const value = inline ?? argv[(index += 1)];
    if (value === undefined || value === "") throw bad(`--${name} needs ${flag.value}`);
    values.set(name, value);
  }
  return { values, words };
}

function bad(message: string): KeyServerError {
  return new KeyServerError("SERVER_BAD_OPTION", message);
}
