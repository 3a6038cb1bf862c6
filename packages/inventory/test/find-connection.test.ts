import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findConnection, openCredentials, readToken, type LoginSettings } from "../src/login/index.ts";
import { readServerUrl } from "../src/login/read-server-url.ts";

let place: TemporaryDirectory;
let said: string[];
beforeEach(() => {
  place = makeTemporaryDirectory();
  said = [];
});
afterEach(() => place.remove());

const inFile = new Secret("token-in-a-file");
const stored = new Secret("token-of-the-login");

function environmentOf(env: Readonly<Record<string, string>> = {}) {
  return {
    env: { KEYWARDEN_HOME: join(place.path, "home"), KEYWARDEN_PASSPHRASE: "correct horse battery", ...env },
    directory: place.path,
    program: join(place.path, "keywarden.js"),
    warn: (sentence: string) => void said.push(sentence),
    ask: (question: string) => void said.push(question),
  };
}

function writeToken(text = `${inFile.reveal()}\n`, mode = 0o600): void {
  writeFileSync(join(place.path, "token"), text);
  chmodSync(join(place.path, "token"), mode);
}

const logIn = (server: string) => openCredentials({ keyring: "file" }, environmentOf()).write(server, stored);

async function find(
  settings: LoginSettings,
  env: Readonly<Record<string, string>> = {},
  begunAt?: string,
): Promise<readonly [server: string, token: string]> {
  const { server, token } = await findConnection(settings, environmentOf(env), begunAt);
  return [server, token.reveal()];
}

describe("a connection", () => {
  it("is what flags say, before the environment, before the login", async () => {
    writeToken();
    await logIn("https://login.example");
    const env = { KEYWARDEN_SERVER: "https://env.example/", KEYWARDEN_TOKEN_FILE: "token" };
    expect(await find({ server: "https://flag.example/" }, env)).toEqual([
      "https://flag.example",
      inFile.reveal(),
    ]);
    expect(await find({}, env)).toEqual(["https://env.example", inFile.reveal()]);
    expect(await find({})).toEqual(["https://login.example", stored.reveal()]);
    expect(await find({ tokenFile: "token" })).toEqual(["https://login.example", inFile.reveal()]);
    await expect(find({}, { KEYWARDEN_SERVER: "https://env.example" })).rejects.toThrow(
      "There is no login at https://env.example",
    );
  });

  it("of something that goes on is the one it was begun at, and no other", async () => {
    writeToken();
    const env = { KEYWARDEN_SERVER: "https://env.example", KEYWARDEN_TOKEN_FILE: "token" };
    expect(await find({}, env, "https://begun.example")).toEqual(["https://begun.example", inFile.reveal()]);
    await expect(find({ server: "https://other.example" }, env, "https://begun.example")).rejects.toThrow(
      "can only be finished there",
    );
  });

  it("needs no home folder where flags say all, and asks for what is missing where they do not", async () => {
    writeToken();
    const homeless = { KEYWARDEN_HOME: "" };
    expect(await find({ server: "https://a.example", tokenFile: "token" }, homeless)).toEqual([
      "https://a.example",
      inFile.reveal(),
    ]);
    await expect(find({}, homeless)).rejects.toThrow("Which server?");
    await expect(find({ server: "https://a.example" }, homeless)).rejects.toThrow("There is no login");
  });
});

describe("the address of a server", () => {
  it.each([
    ["http://127.0.0.1:7300", "http://127.0.0.1:7300"],
    ["https://keys.example/base//", "https://keys.example/base"],
    ["HTTPS://keys.example", "HTTPS://keys.example"],
  ])("%s is taken", (given, url) => {
    expect(readServerUrl(given)).toBe(url);
  });

  it.each([
    ["localhost:7300", "write http://localhost:7300."],
    ["127.0.0.1:7300/", "write http://127.0.0.1:7300."],
    ["[::1]:7300", "write http://[::1]:7300."],
    ["foo", "write https://foo."],
    ["keys.example:443/base", "write https://keys.example:443/base."],
    ["ftp://keys.example", "write https://keys.example."],
    ["htp://localhost", "write http://localhost."],
    ["not an address", '"not an address" is not a URL.'],
    ["http://", '"http://" is not a URL.'],
  ])("%s is refused with what to write", (given, words) => {
    expect(() => readServerUrl(given)).toThrow(words);
  });

  it("that is a token is never repeated", () => {
    const token = `kwt_${"a1B2c3D4".repeat(5)}`;
    const read = () => readServerUrl(token);
    expect(read).toThrow("looks like a token");
    expect(read).not.toThrow(token);
  });
});

describe("a token file", () => {
  it("gives its token, and a warning when others can read it", () => {
    writeToken("\uFEFFabc\r\n");
    expect(readToken("token", environmentOf()).reveal()).toBe("abc");
    expect(said).toEqual([]);
    writeToken("abc\n", 0o644);
    readToken("token", environmentOf());
    expect(said).toEqual(["others on this machine can read token; run: chmod 600 token"]);
  });

  it("can be one variable of a .env file", () => {
    writeToken('OTHER=x\nexport TOKEN="abc"\n');
    expect(readToken("token#TOKEN", environmentOf()).reveal()).toBe("abc");
    expect(() => readToken("token#NONE", environmentOf())).toThrow("it has no NONE");
  });

  it.each([
    ["", "it is empty"],
    ["one\ntwo\n", "one token and nothing else"],
    ["\u001B[31mx", "one token and nothing else"],
    ["x".repeat(5000), "too long"],
  ])("is refused when it holds %j", (content, reason) => {
    writeToken(content);
    expect(() => readToken("token", environmentOf())).toThrow(reason);
  });

  it("is refused when it is not there or is a folder", () => {
    mkdirSync(join(place.path, "folder"));
    expect(() => readToken("none", environmentOf())).toThrow("there is no such file or folder");
    expect(() => readToken("folder", environmentOf())).toThrow("it is a folder");
  });
});

describe("the passphrase", () => {
  it("that is short is refused for a new file, and called wrong for one that is there", async () => {
    const short = environmentOf({ KEYWARDEN_PASSPHRASE: "short" });
    await expect(
      openCredentials({ keyring: "file" }, short).write("https://a.example", stored),
    ).rejects.toThrow("fewer than 8 characters");
    await logIn("https://a.example");
    await expect(openCredentials({}, short).read("https://a.example")).rejects.toThrow(
      "the passphrase is wrong, or the file was changed",
    );
  });
});

describe("a keyring that is not there", () => {
  it("leaves the login to the encrypted file, and says why", async () => {
    writeFileSync(join(place.path, "keyring-beside"), "");
    const where = await openCredentials({}, environmentOf()).write("https://a.example", stored);
    expect(where).toContain("the encrypted file");
    expect(said).toEqual([expect.stringContaining("The keyring of this system cannot be used")]);
    expect(await find({})).toEqual(["https://a.example", stored.reveal()]);
  });
});
