import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { programOf, type Result } from "./run-built.ts";
import { startTwoServers, type Call } from "./two-servers.ts";

let place: TemporaryDirectory;
let servers: Awaited<ReturnType<typeof startTwoServers>>;
let said = "";

beforeAll(async () => void (servers = await startTwoServers()));
afterAll(() => servers.stop());
beforeEach(() => {
  place = makeTemporaryDirectory();
  said = "";
});
afterEach(() => place.remove());

async function keywarden(args: readonly string[], call: Omit<Call, "directory"> = {}): Promise<Result> {
  const result = await servers.run(args, { directory: place.path, ...call });
  said += result.stdout + result.stderr;
  return result;
}

describe("login", () => {
  // No session bus: the keyring of the system fails as it does on a server.
  const bare = {
    KEYWARDEN_SERVER: "",
    KEYWARDEN_TOKEN_FILE: "",
    DBUS_SESSION_BUS_ADDRESS: "",
    XDG_RUNTIME_DIR: "/nonexistent",
  };
  const env = { ...bare, KEYWARDEN_PASSPHRASE: "correct horse battery" };
  const fileOf = (at: number) => servers.serverAt(at).tokenFile;
  const urlOf = (at: number) => servers.serverAt(at).url;
  const logIn = (at: number, more: Readonly<Record<string, string>> = {}) =>
    keywarden(["login", "--server", urlOf(at), "--token-file", fileOf(at), "--keyring", "file"], {
      env: { ...env, ...more },
    });

  test("keeps tokens of several servers in an encrypted file that other commands use, and forgets them", async () => {
    const tokens = [0, 1].map((at) => new Secret(readFileSync(fileOf(at), "utf8").trim()));
    expect(await logIn(0)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("the encrypted file") as string,
    });
    const typed = { env, input: tokens[1]?.reveal() ?? "" };
    expect(
      await keywarden(["login", "--server", urlOf(1), "--stdin", "--keyring", "file"], typed),
    ).toMatchObject({ status: 0 });
    const home = join(place.path, "home");
    expect(statSync(join(home, "credentials")).mode & 0o777).toBe(0o600);
    for (const name of readdirSync(home)) assertNoKey(readFileSync(join(home, name)), tokens);
    assertNoKey(said, tokens);

    expect((await keywarden(["whoami"], { env })).stdout).toContain(
      `at ${urlOf(1)}, with the token from the encrypted file`,
    );
    expect((await keywarden(["keys", "list", "--server", urlOf(0)], { env })).status).toBe(0);
    // The environment still wins.
    expect((await keywarden(["whoami"], { env: { ...env, KEYWARDEN_SERVER: urlOf(0) } })).stdout).toContain(
      `at ${urlOf(0)}`,
    );
    expect(
      (await keywarden(["whoami"], { env: { ...env, KEYWARDEN_TOKEN_FILE: fileOf(1) } })).stdout,
    ).toContain(fileOf(1));

    const wrong = await keywarden(["keys", "list"], {
      env: { ...env, KEYWARDEN_PASSPHRASE: "something else" },
    });
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("the passphrase is wrong, or the file was changed"),
    ]);
    expect((await keywarden(["logout"], { env })).stdout).toContain(`Forgot the token for ${urlOf(1)}`);
    expect((await keywarden(["whoami"], { env })).stdout).toContain(`at ${urlOf(0)}`);
    await keywarden(["logout"], { env });
    expect((await keywarden(["keys", "list"], { env })).stderr).toContain("begin with keywarden login");
  });

  test("of several processes at once loses none", async () => {
    const logins = await Promise.all([logIn(0), logIn(1), logIn(0), logIn(1)]);
    expect(logins.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    for (const at of [0, 1])
      expect((await keywarden(["whoami", "--server", urlOf(at)], { env })).stdout).toContain(
        `at ${urlOf(at)}`,
      );
  });

  test("takes the passphrase from a file or descriptor, and refuses a short one", async () => {
    const file = join(place.path, "passphrase");
    writeFileSync(file, "correct horse battery\n", { mode: 0o600 });
    const named = { ...bare, KEYWARDEN_PASSPHRASE_FILE: "passphrase" };
    expect(await logIn(0, { ...named, KEYWARDEN_PASSPHRASE: "" })).toMatchObject({ status: 0, stderr: "" });
    expect((await keywarden(["whoami"], { env })).status).toBe(0);
    // Every command that asks a server can use the login; this one finds that there is no key.
    expect(await keywarden(["audit", "--passphrase-file", "passphrase"], { env: bare })).toMatchObject({
      status: 2,
      stderr: `keywarden: Nothing was audited: ${urlOf(0)} lists no live key.\n`,
    });
    chmodSync(file, 0o644);
    expect((await keywarden(["whoami"], { env: named })).stderr).toBe(
      `keywarden: others on this machine can read ${file}; run: chmod 600 ${file}\n`,
    );
    // The file is there: it opens with its own passphrase, whatever the length of another.
    expect(await logIn(1, { KEYWARDEN_PASSPHRASE: "short" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the passphrase is wrong") as string,
    });
    expect(
      await logIn(1, { KEYWARDEN_PASSPHRASE: "short", KEYWARDEN_HOME: join(place.path, "new") }),
    ).toMatchObject({ status: 2, stderr: expect.stringContaining("fewer than 8 characters") as string });
  });

  test("says what to check where no server answers", async () => {
    const flags = ["login", "--server", "http://127.0.0.1:1", "--token-file", fileOf(0)];
    expect(await keywarden(flags, { env })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /could not be reached.*; check its address and that it is running\n$/,
      ) as string,
    });
  });

  test("says what to do where there is neither keyring nor passphrase, and keeps nothing", async () => {
    const token = readFileSync(fileOf(0), "utf8");
    const flags = ["login", "--server", urlOf(0), "--stdin"];
    const system = await keywarden([...flags, "--keyring", "system"], { env: bare, input: token });
    expect(system).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("The keyring of this system cannot be used") as string,
    });
    expect(system.stderr).not.toMatch(/dbus|compile time/i);
    // In a session of its own there is no terminal to ask at.
    const child = spawn(process.execPath, [programOf("cli"), ...flags], {
      detached: true,
      env: { ...process.env, ...bare, KEYWARDEN_HOME: join(place.path, "home") },
    });
    child.stdin.end(token);
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const [status] = (await once(child, "close")) as [number];
    expect([status, stderr]).toEqual([2, expect.stringContaining("A token is never stored in plain text")]);
    expect(stderr).toContain("KEYWARDEN_TOKEN_FILE");
    expect(existsSync(join(place.path, "home", "servers.json"))).toBe(false);
  });

  test("refuses a token that the server does not know", async () => {
    const flags = ["login", "--server", urlOf(0), "--stdin", "--keyring", "file"];
    const { status, stderr } = await keywarden(flags, { env, input: "kwt_unknown" });
    expect([status, stderr]).toEqual([2, expect.stringContaining("401")]);
    expect(existsSync(join(place.path, "home"))).toBe(false);
  });
});
