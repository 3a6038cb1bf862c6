import { expect, test } from "vitest";
import { helpText } from "../src/help.ts";
import { flags, readOptions } from "../src/options.ts";

test("serves on loopback and port 7300 unless told otherwise", () => {
  expect(readOptions(["--data", "d"], {})).toEqual({
    command: "serve",
    data: "d",
    databaseUrl: null,
    port: 7300,
    host: "127.0.0.1",
    providersFile: null,
    trustedProxies: [],
    countriesFile: null,
    alertOrigins: [],
    alertSecretFile: null,
    log: "warn",
  });
});

test("a flag beats its variable, and an empty variable is unset", () => {
  const env = { KEYWARDEN_DATA: "from-env", KEYWARDEN_PORT: "1", KEYWARDEN_HOST: "" };

  expect(readOptions(["--port=2", "--log", "info"], env)).toMatchObject({
    data: "from-env",
    port: 2,
    host: "127.0.0.1",
    log: "info",
  });
});

test("reads the audit command wherever its flags stand", () => {
  const expected = { command: "audit-verify", data: "d", databaseUrl: null, providersFile: null };

  expect(readOptions(["audit", "verify", "--data", "d"], {})).toEqual(expected);
  expect(readOptions(["--data", "d", "audit", "verify"], {})).toEqual(expected);
});

test("takes the database from its flag or variable, and a directory then only to serve", () => {
  const env = { DATABASE_URL: "postgres://a/b" };

  expect(readOptions(["--data", "d"], env)).toMatchObject({
    command: "serve",
    databaseUrl: "postgres://a/b",
  });
  expect(readOptions(["backup", "f", "--database-url", "postgres://c/d"], env)).toEqual({
    command: "backup",
    file: "f",
    data: "",
    databaseUrl: "postgres://c/d",
    providersFile: null,
  });
  expect(readOptions(["restore", "f", "--data", "d"], {})).toMatchObject({
    command: "restore",
    file: "f",
    data: "d",
  });
  expect(() => readOptions([], env)).toThrow("--data <dir> is missing");
});

test.each([
  [["backup", "--data", "d"], "backup needs a file"],
  [["restore", "f", "g", "--data", "d"], 'there is no command "restore f g"'],
  [["backup", "f"], "--data <dir> is missing"],
  [[], "--data <dir> is missing"],
  [["--dat", "d"], "did you mean --data?"],
  [["--prot", "1", "--data", "d"], "did you mean --port?"],
  [["--nonsense"], "--help lists them all"],
  [["--data"], "--data needs <dir>"],
  [["--data="], "--data needs <dir>"],
  [["--data", "d", "--port", "x"], 'not "x"'],
  [["--data", "d", "--port", "65536"], "0 to 65535"],
  [["--data", "d", "--port", "-1"], "0 to 65535"],
  [["--data", "d", "--log", "loud"], "silent, error, warn, info, debug"],
  [["--data", "d", "--help=yes"], "takes no value"],
  [["audit", "--data", "d"], 'there is no command "audit"'],
])("%j is refused in words", (argv, sentence) => {
  expect(() => readOptions(argv, {})).toThrow(sentence);
});

test("the help names every option and variable", () => {
  for (const { name, variable } of flags) {
    expect(helpText()).toContain(`--${name}`);
    expect(helpText()).toContain(variable ?? "");
  }
  expect(readOptions(["-h"], {})).toEqual({ command: "help" });
});

test("takes proxies as a list of ranges and refuses what is none", () => {
  const read = (list: string) => readOptions(["--data", "d", "--trusted-proxies", list], {});
  expect(read("10.0.0.0/8,::1")).toMatchObject({ trustedProxies: ["10.0.0.0/8", "::1"] });
  expect(() => read("10.0.0/8")).toThrow("10.0.0/8 is neither an IP address");
});
