import { defineFlags, type FlagValues, UsageError } from "@keywarden/command-line";

export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Which storage a command works on. */
export const storageFlags = defineFlags({
  data: {
    kind: "folder",
    value: "folder",
    variable: "KEYWARDEN_DATA",
    summary: "folder for the database and the bootstrap token; created if missing",
  },
  "database-url": {
    kind: "url",
    value: "url",
    variable: "DATABASE_URL",
    summary: "postgres://… to store the keys, so that several servers share them; else SQLite in --data",
  },
  providers: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_PROVIDERS",
    summary: "JSON list of your own providers, served under /<id>/v1/api-keys",
  },
});

/** How the server serves. */
export const serveFlags = defineFlags({
  data: { ...storageFlags.data, required: true },
  "database-url": storageFlags["database-url"],
  port: {
    kind: "port",
    value: "port",
    variable: "KEYWARDEN_PORT",
    default: 7300,
    summary: "port to listen on; 0 takes any free one",
  },
  host: {
    kind: "text",
    value: "address",
    variable: "KEYWARDEN_HOST",
    default: "127.0.0.1",
    summary: "address to listen on; anything but loopback needs a TLS proxy in front",
  },
  workers: {
    kind: "number",
    value: "number",
    variable: "KEYWARDEN_WORKERS",
    min: 1,
    max: 64,
    default: 1,
    summary: "processes that share the listener; more than one needs --database-url",
  },
  "trusted-proxies": {
    kind: "parsed",
    value: "list",
    variable: "KEYWARDEN_TRUSTED_PROXIES",
    default: "",
    shownDefault: "none",
    read: readRanges,
    summary: "comma-separated addresses and ranges of proxies whose X-Forwarded-For is trusted",
  },
  providers: storageFlags.providers,
  countries: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_COUNTRIES",
    summary: "MaxMind-format database, or CSV of range,country (192.0.2.0/24,DE), for usage by country",
  },
  "alert-origins": {
    kind: "parsed",
    value: "list",
    variable: "KEYWARDEN_ALERT_ORIGINS",
    default: "",
    shownDefault: "none",
    read: readOrigins,
    summary: "comma-separated origins that alerts may be sent to",
  },
  "alert-secret": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_ALERT_SECRET",
    shownDefault: "created in --data",
    summary: "file with the secret that signs webhook calls",
  },
  "app-url": {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_APP_URL",
    summary: "address of the GitHub App, whose exposures the console shows",
  },
  "app-token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_APP_TOKEN_FILE",
    summary: "file with a reader's token of that App",
  },
  channels: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_CHANNELS",
    summary: "JSON list of signed webhooks, Slack webhooks and mailboxes that get alerts and events",
  },
  policy: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_POLICY",
    summary: "JSON policy by which the server warns, rotates, disables and purges; a dry run until armed",
  },
  sinks: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_SINKS",
    summary: "JSON list of the sinks to which rotations on the console may deliver new keys",
  },
  oidc: {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_OIDC",
    summary: "JSON settings by which people sign in to the console with an OpenID Connect provider",
  },
  "embed-origins": {
    kind: "parsed",
    value: "list",
    variable: "KEYWARDEN_EMBED_ORIGINS",
    default: "",
    shownDefault: "none",
    read: readFrameOrigins,
    summary: "comma-separated origins that may frame the page with a tenant's own keys",
  },
  "embed-secret": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_EMBED_SECRET",
    summary: "file with the secret that signs links to that page, 32 characters or more",
  },
  "no-console": { kind: "switch", summary: "serve the API alone, without the pages at /console" },
  log: {
    kind: "choice",
    value: "level",
    choices: logLevels,
    variable: "KEYWARDEN_LOG",
    default: "warn",
    summary: "lowest level that is logged to standard error",
  },
  "log-format": {
    kind: "choice",
    value: "format",
    choices: ["text", "json"],
    variable: "KEYWARDEN_LOG_FORMAT",
    default: "json",
    summary: "format of the log lines",
  },
});

/** Where the keys are. */
export interface StorageChoice {
  /** The directory of the database, where `databaseUrl` is `null`, and of the bootstrap token. */
  readonly data: string;
  readonly databaseUrl: string | null;
  readonly providersFile: string | null;
}

export interface ServeOptions extends StorageChoice {
  readonly port: number;
  readonly host: string;
  readonly workers: number;
  readonly trustedProxies: readonly string[];
  readonly countriesFile: string | null;
  readonly alertOrigins: readonly string[];
  readonly alertSecretFile: string | null;
  readonly appUrl: string | null;
  readonly appTokenFile: string | null;
  readonly channelsFile: string | null;
  readonly policyFile: string | null;
  readonly sinksFile: string | null;
  readonly signInFile: string | null;
  readonly embedOrigins: readonly string[];
  readonly embedSecretFile: string | null;
  readonly hasConsole: boolean;
  readonly log: LogLevel;
  readonly logFormat: "text" | "json";
}

/** @throws UsageError where neither a directory nor a database is named */
export function storageChoice({
  data,
  databaseUrl,
  providers,
}: FlagValues<typeof storageFlags>): StorageChoice {
  if (data === undefined && databaseUrl === undefined) {
    throw new UsageError(
      "--data is missing: give --data <folder>, or --database-url <url>; keywarden-server --help explains them.",
    );
  }
  return { data: data ?? "", databaseUrl: databaseUrl ?? null, providersFile: providers ?? null };
}

/** @throws UsageError as {@link storageChoice} does, and where a flag would have no effect beside `--no-console` */
export function serveOptions(flags: FlagValues<typeof serveFlags>): ServeOptions {
  const {
    port,
    host,
    workers,
    trustedProxies,
    countries,
    alertOrigins,
    alertSecret,
    appUrl,
    appTokenFile,
    channels,
    policy,
    sinks,
    oidc,
    embedOrigins,
    embedSecret,
    noConsole,
    log,
    logFormat,
  } = flags;
  const ofPages = {
    "--sinks": sinks,
    "--oidc": oidc,
    "--embed-origins": embedOrigins[0],
    "--embed-secret": embedSecret,
  };
  const [useless] = Object.entries(ofPages).find(([, given]) => given !== undefined) ?? [];
  if (noConsole && useless !== undefined)
    throw new UsageError(`${useless} is about pages that --no-console leaves out: give one of the two.`);
  return {
    ...storageChoice(flags),
    port,
    host,
    workers,
    trustedProxies,
    countriesFile: countries ?? null,
    alertOrigins,
    alertSecretFile: alertSecret ?? null,
    appUrl: appUrl ?? null,
    appTokenFile: appTokenFile ?? null,
    channelsFile: channels ?? null,
    policyFile: policy ?? null,
    sinksFile: sinks ?? null,
    signInFile: oidc ?? null,
    embedOrigins,
    embedSecretFile: embedSecret ?? null,
    hasConsole: !noConsole,
    log,
    logFormat,
  };
}

function readRanges(list: string): readonly string[] {
  const ranges = list.split(",").filter((range) => range !== "");
  // What has the shape of a range is checked to the bit by the server: the code for it waits until it serves.
  for (const range of ranges) {
    if (!/^[\d.]+(?:\/\d+)?$|^[\da-f:.]*:[\da-f:.]*(?:\/\d+)?$/i.test(range))
      throw new RangeError(`${JSON.stringify(range)} is neither an IP address nor a range of them`);
  }
  return ranges;
}

function readFrameOrigins(list: string): readonly string[] {
  const origins = readOrigins(list);
  for (const origin of origins) {
    // What else an origin's host may have is a wildcard or another directive to a browser that reads the policy.
    if (!/^(?:https:\/\/[a-z\d.-]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d+)?$/.test(origin))
      throw new RangeError(`"${origin}" is not one https:// origin without wildcards`);
  }
  return origins;
}

function readOrigins(list: string): readonly string[] {
  const origins = list.split(",").filter((origin) => origin !== "");
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : null;
    if (url === null || url.origin !== origin || !/^https?:$/.test(url.protocol))
      throw new RangeError(`"${origin}" is not an origin such as https://hooks.example.com`);
  }
  return origins;
}
