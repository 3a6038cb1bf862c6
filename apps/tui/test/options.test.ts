import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "@keywarden/command-line";
import { openCredentials } from "@keywarden/inventory/login";
import { Secret } from "@keywarden/key-format";
import { makeManagedKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { openFlags } from "../src/options.ts";
import { program } from "../src/program.ts";
import { run } from "../src/run.ts";
import { makeSessionClock } from "@keywarden/inventory";
import { startOperatorServer } from "./operator-server.ts";
import { openVirtualTerminal } from "./virtual-terminal.ts";

const needed = ["--server", "http://127.0.0.1:1", "--token-file", "t"];

async function flagsOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const request = await readCommandLine(program, argv, env);
  return request.kind === "run" ? request.call.flags : request.kind;
}

describe("the command line", () => {
  it("is read with values after a space or an equals sign, or from the environment", async () => {
    const read = { server: "http://127.0.0.1:1", tokenFile: "t", write: true, once: false, plain: false };
    expect(await flagsOf(["--server=http://127.0.0.1:1", "--token-file", "t", "--write"])).toMatchObject(
      read,
    );
    const env = { KEYWARDEN_SERVER: "http://127.0.0.1:1", KEYWARDEN_TOKEN_FILE: "t" };
    expect(await flagsOf(["--write"], env)).toMatchObject(read);
  });

  it.each([
    [["--servre", "x"], /Unknown flag "--servre" for keywarden-tui\. Did you mean --server\?/],
    [["--frobnicate"], /Unknown flag "--frobnicate" for keywarden-tui\. keywarden-tui --help/],
    [["-x"], /Unknown flag "-x"/],
    [["inventory"], /Unknown command "inventory"/],
    [["--server"], /--server needs a value: --server <url>/],
    [["--server", "--write"], /--server needs a value/],
    [["--server="], /--server needs a value/],
    [[...needed, "--write=yes"], /--write takes no value/],
    [[...needed, "--server", "y"], /--server is given twice/],
    [["--\u001B[31mred"], /Unknown flag/],
  ])("refuses %j in a sentence, with exit 2", async (args, sentence) => {
    const terminal = openVirtualTerminal(args);
    expect(await run(terminal.host)).toBe(2);
    expect(terminal.errors()).toMatch(sentence);
    expect(terminal.errors()).not.toContain("\u001B");
    expect(terminal.errors().trimEnd().split("\n")).toHaveLength(1);
  });

  it("explains every flag", async () => {
    const terminal = openVirtualTerminal(["--help"]);
    expect(await run(terminal.host)).toBe(0);
    for (const flag of [...Object.keys(openFlags), "debug", "help", "version"]) {
      expect(terminal.bytes()).toContain(`--${flag}`);
    }
  });

  it("tells its version", async () => {
    const terminal = openVirtualTerminal(["--version"]);
    expect(await run(terminal.host)).toBe(0);
    expect(terminal.bytes()).toMatch(/^keywarden-tui \d+\.\d+\.\d+\n$/);
  });

  it.each([
    ["nonsense", /"nonsense" is not a URL: write https:\/\/nonsense\.\n$/],
    ["localhost:7300", /"localhost:7300" is not a URL: write http:\/\/localhost:7300\.\n$/],
    ["http://keys.example.com", /would show the token to the network; use https/],
    ["http://user:pass@127.0.0.1", /must not contain credentials/],
  ])("refuses the address %s", async (server, sentence) => {
    using directory = makeTemporaryDirectory();
    const tokenFile = join(directory.path, "token");
    writeFileSync(tokenFile, "t", { mode: 0o600 });
    const terminal = openVirtualTerminal(["--server", server, "--token-file", tokenFile]);
    expect(await run(terminal.host)).toBe(2);
    expect(terminal.errors()).toMatch(sentence);
    expect(terminal.isAlternate()).toBe(false);
  });
});

describe("the connection", () => {
  const key = makeManagedKey({ name: "payments" });

  it("is found by the environment", async () => {
    using directory = makeTemporaryDirectory();
    await using server = await startOperatorServer([key]);
    const tokenFile = join(directory.path, "token");
    writeFileSync(tokenFile, "operator-token\n", { mode: 0o644 });
    const terminal = openVirtualTerminal(["--once"], {
      env: { KEYWARDEN_SERVER: server.url, KEYWARDEN_TOKEN_FILE: tokenFile },
    });
    expect([await run(terminal.host), terminal.bytes()]).toEqual([
      0,
      expect.stringContaining("payments") as string,
    ]);
    expect(terminal.errors()).toBe(
      `keywarden-tui: others on this machine can read ${tokenFile}; run: chmod 600 ${tokenFile}\n`,
    );
  });

  it("knows nothing of exposures where no App is named, whatever it is printed for", async () => {
    using directory = makeTemporaryDirectory();
    await using server = await startOperatorServer([key]);
    const tokenFile = join(directory.path, "token");
    writeFileSync(tokenFile, "operator-token\n", { mode: 0o600 });
    const env = { KEYWARDEN_SERVER: server.url, KEYWARDEN_TOKEN_FILE: tokenFile };
    for (const format of ["--once", "--json", "--csv"]) {
      const terminal = openVirtualTerminal([format, "--screen", "exposures"], { env });
      expect(await run(terminal.host)).toBe(2);
      expect(terminal.errors()).toContain("exposures are unknown: no GitHub App is configured");
    }
  });

  it("is found by keywarden login", async () => {
    using directory = makeTemporaryDirectory();
    await using server = await startOperatorServer([key]);
    const env = { KEYWARDEN_HOME: directory.path, KEYWARDEN_PASSPHRASE: "correct horse battery" };
    const environment = {
      env,
      directory: directory.path,
      program: "/nowhere/keywarden",
      warn: () => {},
      ask: () => {},
    };
    await openCredentials({ keyring: "file" }, environment).write(server.url, new Secret("operator-token"));
    const terminal = openVirtualTerminal(["--once"], { env });
    expect([await run(terminal.host), terminal.bytes()]).toEqual([
      0,
      expect.stringContaining("payments") as string,
    ]);
    const wrong = openVirtualTerminal(["--once"], { env: { ...env, KEYWARDEN_PASSPHRASE: "x" } });
    expect(await run(wrong.host)).toBe(2);
    expect(wrong.errors()).toContain("the passphrase is wrong, or the file was changed.\n");
  });

  it("that nothing names is asked for in a sentence", async () => {
    using directory = makeTemporaryDirectory();
    const terminal = openVirtualTerminal([], { env: { KEYWARDEN_HOME: directory.path } });
    expect(await run(terminal.host)).toBe(2);
    expect(terminal.errors()).toBe(
      "keywarden-tui: Which server? Give --server <url>, set KEYWARDEN_SERVER, or begin with keywarden login.\n",
    );
  });
});

describe("the session clock", () => {
  it("does not jump when somebody sets the time", () => {
    let wallMs = 1_000_000;
    let monotonicMs = 5;
    const now = makeSessionClock(
      () => wallMs,
      () => monotonicMs,
    );
    expect(now()).toBe(1_000_000);
    wallMs += 86_400_000;
    monotonicMs += 1500;
    expect(now()).toBe(1_001_500);
  });

  it("goes by the server's time, however far the machine's is off, and says by how much that is", () => {
    let monotonicMs = 0;
    const serverMs = (): number => 7_200_000 + monotonicMs;
    const second = (): number => Math.floor(serverMs() / 1000) * 1000;
    const now = makeSessionClock(
      () => monotonicMs,
      () => monotonicMs,
    );
    monotonicMs = 1400;
    const move = now.follow(second(), { sentMs: 1300, receivedMs: 1400 });
    expect(Math.abs(now() - serverMs())).toBeLessThan(1000);
    expect(move?.machineAheadMs).toBeCloseTo(-7_200_000, -4);
    expect(move?.byMs).toBe(now() - monotonicMs);
    // The same clocks give no more to say, also where an answer took long.
    monotonicMs = 31_000;
    expect(now.follow(second(), { sentMs: 2000, receivedMs: 31_000 })).toBeNull();
  });

  it("wakes up with a laptop, whose monotonic clock stood still while it slept", () => {
    let wallMs = 0;
    const now = makeSessionClock(
      () => wallMs,
      () => 0,
    );
    wallMs = 3_600_000;
    const move = now.follow(wallMs, { sentMs: 0, receivedMs: 0 });
    expect(move?.byMs).toBeCloseTo(3_600_000, -4);
    expect(move?.machineAheadMs).toBeCloseTo(0, -4);
  });
});
