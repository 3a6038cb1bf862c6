import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, Secret } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
import { assertNoKey, makeKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { programOf, runBuilt, type Result } from "./run-built.ts";

let data: TemporaryDirectory;
let server: KeyServerProgram;
let place: TemporaryDirectory;
let said = "";

beforeAll(async () => {
  data = makeTemporaryDirectory();
  server = await startKeyServer({ file: programOf("key-server"), directory: data.path, env: process.env });
});
afterAll(async () => {
  await server.program.stop();
  data.remove();
});
beforeEach(() => {
  place = makeTemporaryDirectory();
  said = "";
});
afterEach(() => {
  // Whatever a test did: no run has printed a key that ended up in the file.
  if (existsSync(join(place.path, ".env"))) assertNoKey(said, [keyIn(".env")]);
  place.remove();
});

const environment = () => ({
  ...process.env,
  KEYWARDEN_SERVER: server.url,
  KEYWARDEN_TOKEN_FILE: server.tokenFile,
  KEYWARDEN_STATE: join(place.path, "state"),
});

async function keywarden(args: readonly string[], input = ""): Promise<Result> {
  const result = await runBuilt("cli", args, { directory: place.path, env: environment(), input });
  said += result.stdout + result.stderr;
  return result;
}

function keyIn(file: string): Secret {
  const [, text = ""] = /^API_KEY=(.*)$/m.exec(readFileSync(join(place.path, file), "utf8")) ?? [];
  return new Secret(text);
}

async function createKey(provider = "aforo"): Promise<string> {
  const flags = ["--provider", provider, "--name", "billing", "--environment", "production", "--tag", "shop"];
  const { status, stderr } = await keywarden(["keys", "create", ...flags, "--to", "env:.env#API_KEY"]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return /\((key_\w+)\)/.exec(stderr)?.[1] ?? "";
}

async function statusOf(key: Secret, path = "/aforo/v1/entitlements/any"): Promise<number> {
  const headers = { authorization: `Bearer ${key.reveal()}` };
  return (await fetch(server.url + path, { headers })).status;
}

describe("keywarden rotate", () => {
  test("on a schedule goes on with the key that is in the place of the one it was told, time after time", async () => {
    const id = await createKey();
    const flags = ["--to", "env:.env#API_KEY", "--grace", "0", "--yes"];
    expect((await keywarden(["rotate", id, ...flags, "--follow"])).status).toBe(0);
    const first = keyIn(".env");
    // Without being told to it rotates no key but the one that is named.
    expect(await keywarden(["rotate", id, ...flags])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        new RegExp(`${id} is revoked, and key_\\w+ replaced it: rotate that one, or add --follow\n$`),
      ) as string,
    });
    for (const round of [2, 3]) {
      const { status, stdout } = await keywarden(["rotate", id, ...flags, "--follow"]);
      expect({ round, status, stdout }).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(
          new RegExp(`^${id} was rotated before; key_\\w+ is its successor\\.\n`),
        ) as string,
      });
    }
    expect([await statusOf(first), await statusOf(keyIn(".env"))]).toEqual([401, 200]);
    const { stdout } = await keywarden(["keys", "lookup"], keyIn(".env").reveal());
    await keywarden(["revoke", /^key_\w+/.exec(stdout)?.[0] ?? "", "--yes"]);
  });

  test("shows the plan and changes nothing until it is told to", async () => {
    const id = await createKey();
    const before = keyIn(".env").reveal();
    const { status, stdout } = await keywarden(["rotate", id, "--to", "env:.env#API_KEY"]);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /create-deploy-revoke, 300 s of grace, at most 2 live secrets[^]*1\. create[^]*wait 5 min[^]*Nothing was changed/,
      ),
    });
    expect(keyIn(".env").reveal() === before).toBe(true);
    expect(existsSync(join(place.path, "state", "journals"))).toBe(false);
  });

  test("replaces the key, keeps its tags, and ends the old one", async () => {
    const id = await createKey();
    const old = keyIn(".env");
    const { status, stdout } = await keywarden([
      "rotate",
      id,
      "--to",
      "env:.env#API_KEY",
      "--grace",
      "0",
      "--yes",
    ]);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("done: the new key"),
    });
    expect([await statusOf(old), await statusOf(keyIn(".env"))]).toEqual([401, 200]);
    const listed = await keywarden(["keys", "list", "tag:shop", "provider:aforo", "--json"]);
    const { keys } = JSON.parse(listed.stdout) as { keys: { replaces: string | null }[] };
    expect(keys.filter(({ replaces }) => replaces !== null)).toMatchObject([{ tags: ["shop"] }]);
    assertNoKey(said, [old]);
  });

  test("goes on, from another folder, with what was interrupted while both keys worked", async () => {
    const id = await createKey();
    const old = keyIn(".env");
    const child = spawn(
      process.execPath,
      [programOf("cli"), "rotate", id, "--to", "env:.env#API_KEY", "--grace", "3600", "--yes"],
      { cwd: place.path, env: environment(), stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (said: string) => (output += said));
    await expect.poll(() => output).toContain("waiting; it is safe to interrupt");
    expect([await statusOf(old), await statusOf(keyIn(".env"))]).toEqual([200, 200]);

    const second = await keywarden(["rotate", "--resume"]);
    expect(second).toMatchObject({ status: 2, stderr: expect.stringContaining("is rotating") });

    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
    const again = await keywarden(["rotate", id, "--to", "env:.env#API_KEY", "--yes"]);
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining("is still alive") });

    const third = await keywarden(["rotate", "--resume", "--no-wait"]);
    expect(third).toMatchObject({ status: 1, stdout: expect.stringContaining("The old key works until") });
    expect(await keywarden(["rotate", "--list"])).toMatchObject({ status: 1 });
    assertNoKey(output, [old, keyIn(".env")]);
  });

  test("stops before anything is made when a place is not ready, and afterwards says what is left", async () => {
    const id = await createKey();
    const early = await keywarden(["rotate", id, "--to", "env:nowhere/.env#API_KEY", "--yes"]);
    expect(early).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("its folder does not exist"),
    });

    const late = await keywarden(["rotate", id, "--to", "command:cat >/dev/null; exit 9", "--yes"]);
    expect(late).toMatchObject({ status: 2, stdout: expect.stringContaining("status 9") });
    const [, rotation = ""] = /--resume ([0-9a-f]{8})/.exec(late.stdout) ?? [];
    expect(await statusOf(keyIn(".env"))).toBe(200);

    const back = await keywarden(["rotate", "--abandon", rotation]);
    expect(back).toMatchObject({ status: 2, stderr: expect.stringContaining("can only go forward") });
  });

  test("teaches every place that a key can go", async () => {
    const { stdout } = await keywarden(["help", "rotate"]);
    for (const scheme of ["env:", "github:", "vault:", "kubernetes:", "command:"])
      expect(stdout).toContain(scheme);
    expect(stdout.split("\n").filter((line) => line.length > 110)).toEqual([]);
  });

  test.each([
    [["rotate"], "Name a key: keywarden rotate <key id>"],
    [["rotate", "key_1", "--yes"], "Name at least one sink for the new key: --to <sink>"],
    [["rotate", "--list", "--resume"], "one thing at a time"],
    [["rotate", "key_1", "--to", "nowhere:x"], "is not a sink for a key"],
    [["rotate", "key_1", "--to", "env:.env#A", "--grace", "soon"], "--grace must be a number from 0"],
    [["rotate", "--resume", "00000000"], "there is no rotation"],
    [["rotate", "key_unknown", "--to", "env:.env#A"], "404"],
  ])("%j says in one sentence what is wrong", async (args, words) => {
    const { status, stdout, stderr } = await keywarden(args);
    expect({ status, stdout, stderr }).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(words),
    });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("keywarden revoke", () => {
  test("shows the key first and ends it only with --yes, harmlessly twice", async () => {
    const id = await createKey();
    expect(await keywarden(["revoke", id])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("--yes"),
    });
    expect(await statusOf(keyIn(".env"))).toBe(200);
    expect(await keywarden(["revoke", id, "--yes"])).toMatchObject({
      stdout: expect.stringContaining("Revoked: it no longer works."),
    });
    expect(await statusOf(keyIn(".env"))).toBe(401);
    expect(await keywarden(["revoke", id, "--yes"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("It was already revoked."),
    });
  });
});

describe("keywarden rotate --provider", () => {
  const atAforo = () => ["--provider", "aforo", "--provider-url", `${server.url}/aforo`] as const;
  const withItself = ["--token-file", ".env#API_KEY", "--to", "env:.env#API_KEY"] as const;

  test("plans by the provider's contract, and says what its API cannot tell", async () => {
    const id = await createKey();
    const { status, stdout } = await keywarden(["rotate", id, ...atAforo(), ...withItself]);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /create-deploy-revoke, 300 s of grace[^]*Its API has no Idempotency-Key[^]*with the same rights/,
      ),
    });
  });

  test("lets a key replace itself, and a resumed rotation finds the credential where the new key is", async () => {
    const id = await createKey();
    const old = keyIn(".env");
    // Longer than a busy disk takes to write that it began.
    const soon = ["--grace", "5", "--no-wait", "--yes"];
    const begun = await keywarden(["rotate", id, ...atAforo(), ...withItself, ...soon]);
    expect(begun).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("After that, run: keywarden rotate --resume"),
    });
    expect([await statusOf(old), await statusOf(keyIn(".env"))]).toEqual([200, 200]);
    // The provider, which has had a key made beside another, shows the old one like any other.
    const listed = await keywarden(["keys", "list", "provider:aforo"]);
    const [, waiting, remedy = ""] =
      /^keywarden: (\S+) is being replaced: keywarden (.*)$/m.exec(listed.stderr) ?? [];
    expect(waiting).toBe(id);
    expect(begun.stdout).toContain(`run: keywarden ${remedy}\n`);
    const resumed = await keywarden(remedy.split(" "));
    expect((await keywarden(["keys", "list", "provider:aforo"])).stderr).not.toContain("is being replaced");
    expect(resumed).toMatchObject({ status: 0, stdout: expect.stringContaining("done: the new key") });
    expect([await statusOf(old), await statusOf(keyIn(".env"))]).toEqual([401, 200]);
    const [, rotation = ""] = /^Rotation (\w+)/m.exec(resumed.stdout) ?? [];
    const told = await keywarden(["rotate", "--status", rotation]);
    expect(told).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/created the new key[^]*revoked[^]*done/),
    });
    assertNoKey(said, [old]);
  });

  test.each([
    [["--provider", "afroo"], "Unknown provider"],
    [["--provider", "azotte"], "give --provider-url"],
    [["--provider", "aforo", "--token-file", ".env#NOPE"], "it has no NOPE"],
  ])("%j is exit 2 with the way out", async (flags, words) => {
    await createKey();
    const result = await keywarden(["rotate", "key_1", ...flags, "--to", "env:.env#API_KEY"]);
    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining(words) });
  });
});

describe("keywarden keys", () => {
  test("finds a key by filters, shows it, and looks it up by its text without printing that", async () => {
    const id = await createKey("example");
    const list = await keywarden(["keys", "list", "provider:example", "status:fresh", "age<1h", "billing"]);
    expect(list).toMatchObject({ status: 0, stdout: expect.stringContaining(id) });
    expect(await keywarden(["keys", "list", "provider:example", "!status:fresh"])).toMatchObject({
      stdout: "",
      stderr: expect.stringContaining("no key matches"),
    });
    expect((await keywarden(["keys", "show", id])).stdout).toMatch(/^generation +1$/m);
    const found = await keywarden(["keys", "lookup"], `${keyIn(".env").reveal()}\n`);
    expect(found).toMatchObject({ status: 0, stdout: expect.stringContaining(id) });
    const never = makeKey(aforo, { kind: "secret", environment: "sandbox" }, 987).reveal();
    const unknown = await keywarden(["keys", "lookup"], never);
    const nobodys = "No provider of this server has issued this key.\n";
    expect([unknown.status, unknown.stdout]).toEqual([1, nobodys]);
    const invented = await keywarden(["keys", "lookup"], "sk_" + "test_" + "0".repeat(32));
    expect([invented.status, invented.stdout]).toEqual([2, expect.stringContaining("Could not tell")]);
  });

  test("prints a new key once and only when asked, alone on standard output", async () => {
    const flags = ["--provider", "aforo", "--name", "once", "--environment", "sandbox"];
    const refused = await keywarden(["keys", "create", ...flags]);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("shown once") });
    const { stdout, stderr } = await keywarden(["keys", "create", ...flags, "--print"]);
    expect(await statusOf(new Secret(stdout.trim()))).toBe(200);
    assertNoKey(stderr, [new Secret(stdout.trim())]);
  });

  test("revokes a key that could not be delivered, and names the places where it stands", async () => {
    const flags = ["--provider", "aforo", "--name", "lost-one", "--environment", "sandbox"];
    const create = (...places: readonly string[]) =>
      keywarden(["keys", "create", ...flags, ...places.flatMap((one) => ["--to", one])]);
    const nowhere = await create("command:exit 1");
    const halfWay = await create("env:.env#API_KEY", "command:exit 1");
    expect([nowhere.status, halfWay.status]).toEqual([2, 2]);
    expect(nowhere.stderr).toMatch(/it was revoked again\.\n$/);
    expect(halfWay.stderr).toContain("It is still in env:.env#API_KEY: deliver another key there.");
    const client = makeInventoryClient({ baseUrl: server.url, token: server.token, timeoutMs: 90_000 });
    const { keys } = await client.list({ limit: 1000, state: "active" });
    expect(keys.filter(({ name }) => name === "lost-one")).toEqual([]);
  });

  test.each([
    [["keys", "list", "statu:overdue"], "Did you mean status"],
    [["keys", "list", "age>old"], "Write a number and h, d, w or y"],
    [["keys", "lookup"], "exactly one key"],
    [["keys", "show"], "<key id> is missing"],
  ])("%j says in one sentence what is wrong", async (args, words) => {
    expect(await keywarden(args)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(words),
    });
  });
});
