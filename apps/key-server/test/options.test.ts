import { readCommandLine } from "@keywarden/command-line";
import { expect, test } from "vitest";
import { type ServeOptions, serveOptions } from "../src/options.ts";
import { program } from "../src/program.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Reads a command line and gives the command, and what its handler gets. */
async function read(argv: readonly string[], env: Env = {}) {
  const request = await readCommandLine(program, argv, env);
  if (request.kind !== "run") throw new Error(request.kind);
  const { flags, action, operands } = request.call;
  return { command: request.command.name, flags, action, operands };
}

const readServe = async (argv: readonly string[], env: Env = {}): Promise<ServeOptions> =>
  serveOptions((await read(argv, env)).flags as Parameters<typeof serveOptions>[0]);

test("serves on loopback and port 7300 unless told otherwise", async () => {
  expect(await readServe(["--data", "d"])).toEqual({
    data: "d",
    databaseUrl: null,
    port: 7300,
    host: "127.0.0.1",
    workers: 1,
    providersFile: null,
    trustedProxies: [],
    countriesFile: null,
    alertOrigins: [],
    alertSecretFile: null,
    channelsFile: null,
    policyFile: null,
    signInFile: null,
    sinksFile: null,
    embedOrigins: [],
    embedSecretFile: null,
    appUrl: null,
    appTokenFile: null,
    hasConsole: true,
    log: "warn",
    logFormat: "json",
  });
});

test("a flag beats its variable, and an empty variable is unset", async () => {
  const env = { KEYWARDEN_DATA: "from-env", KEYWARDEN_PORT: "1", KEYWARDEN_HOST: "" };

  expect(await readServe(["--port=2", "--log", "info"], env)).toMatchObject({
    data: "from-env",
    port: 2,
    host: "127.0.0.1",
    log: "info",
  });
});

test("reads a command wherever its flags stand", async () => {
  const expected = { command: "audit", action: "verify", flags: { data: "d" } };

  expect(await read(["audit", "verify", "--data", "d"])).toMatchObject(expected);
  expect(await read(["--data", "d", "audit", "verify"])).toMatchObject(expected);
  expect(await read(["--data", "d", "restore", "f"])).toMatchObject({ command: "restore", operands: ["f"] });
});

test("takes the database from its flag or variable, and a folder then only to serve", async () => {
  const env = { DATABASE_URL: "postgres://a/b" };

  expect(await readServe(["--data", "d"], env)).toMatchObject({ databaseUrl: "postgres://a/b" });
  expect(await read(["backup", "f", "--database-url", "postgres://c/d"], env)).toMatchObject({
    command: "backup",
    operands: ["f"],
    flags: { data: undefined, databaseUrl: "postgres://c/d" },
  });
  await expect(read([], env)).rejects.toThrow("--data is missing: give --data <folder>");
});

test.each([
  [["backup", "--data", "d"], "<file> is missing: keywarden-server backup <file>."],
  [
    ["restore", "f", "g", "--data", "d"],
    'Unexpected argument "g": keywarden-server restore takes one <file>.',
  ],
  [[], "--data is missing: give --data <folder> or set KEYWARDEN_DATA"],
  [["--dat", "d"], "Did you mean --data?"],
  [["--prot", "1", "--data", "d"], "Did you mean --port?"],
  [["-data", "d"], "Did you mean --data?"],
  [["--nonsense"], "keywarden-server --help lists its flags"],
  [["--data"], "--data needs a value: --data <folder>."],
  [["--data="], "--data needs a value: --data <folder>."],
  [["--data", "d", "--data", "e"], "--data is given twice."],
  [["--data", "d", "--port", "x"], 'not "x"'],
  [["--data", "d", "--port", "65536"], "0 to 65535"],
  [["--data", "d", "--port", "-1"], "0 to 65535"],
  [["--data", "d", "--log", "loud"], "silent, error, warn, info or debug"],
  [["--data", "d", "--debug=yes"], "--debug takes no value."],
  [["audit", "--data", "d"], "keywarden-server audit needs an action: verify."],
  [["backp", "f"], 'Unknown command "backp". Did you mean backup?'],
  [
    ["--data", "d", "--trusted-proxies", "10.0.0.0/8,nowhere"],
    '--trusted-proxies: "nowhere" is neither an IP address',
  ],
  [["--data", "d", "--alert-origins", "x"], '--alert-origins: "x" is not an origin'],
  ...["https://*.acme.com", "https://a;script-src", "http://app.acme.com", "https://a.com/", "*"].map(
    (origin): [string[], string] => [["--data", "d", "--embed-origins", origin], "--embed-origins"],
  ),
])("%j is refused in words", async (argv, sentence) => {
  await expect(read(argv)).rejects.toThrow(sentence);
});

test.each([
  ["--oidc", "sign-in.json"],
  ["--embed-origins", "https://shop.example.com"],
  ["--embed-secret", "secret"],
])("refuses %s without the pages that it is about", async (flag, value) => {
  await expect(readServe(["--data", "d", "--no-console", flag, value])).rejects.toThrow(
    `${flag} is about pages that --no-console leaves out`,
  );
});
