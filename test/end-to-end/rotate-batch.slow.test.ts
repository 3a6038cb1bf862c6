import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { programOf, runBuilt, type Result } from "./run-built.ts";

let data: TemporaryDirectory;
let server: KeyServerProgram;
let place: TemporaryDirectory;
let said = "";
let made: Secret[] = [];

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
  made = [];
});
afterEach(() => {
  const file = join(place.path, ".env");
  const now = existsSync(file) ? [...readFileSync(file, "utf8").matchAll(/^\w+=(\S+)$/gm)] : [];
  assertNoKey(said, [...made, ...now.map(([, text = ""]) => new Secret(text))]);
  place.remove();
});

async function keywarden(...args: readonly string[]): Promise<Result> {
  const env = {
    ...process.env,
    KEYWARDEN_SERVER: server.url,
    KEYWARDEN_TOKEN_FILE: server.tokenFile,
    KEYWARDEN_STATE: join(place.path, "state"),
  };
  const result = await runBuilt("cli", args, { directory: place.path, env });
  said += result.stdout + result.stderr;
  return result;
}

function keyIn(variable: string): Secret {
  const text = readFileSync(join(place.path, ".env"), "utf8");
  return new Secret(new RegExp(`^${variable}=(.*)$`, "m").exec(text)?.[1] ?? "");
}

async function create(variable: string, owner: string, provider = "aforo"): Promise<string> {
  const what = ["--provider", provider, "--name", variable, "--environment", "production", "--owner", owner];
  const { status, stderr } = await keywarden("keys", "create", ...what, "--to", `env:.env#${variable}`);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  made.push(keyIn(variable));
  return /\((key_\w+)\)/.exec(stderr)?.[1] ?? "";
}

async function works(key: Secret): Promise<boolean> {
  const headers = { authorization: `Bearer ${key.reveal()}` };
  const { status } = await fetch(`${server.url}/aforo/v1/entitlements/any`, { headers });
  return status === 200;
}

async function liveNames(owner: string): Promise<readonly string[]> {
  const client = makeInventoryClient({ baseUrl: server.url, token: server.token, timeoutMs: 90_000 });
  const { keys } = await client.list({ limit: 1000, state: "active" });
  return keys
    .filter((key) => key.owner === owner)
    .map(({ name }) => name)
    .toSorted();
}

const hoursFromNow = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const writeAudit = (...flags: readonly string[]) =>
  keywarden("audit", ...flags, "--min-severity", "critical", "--format", "json", "--output", "audit.json");

describe("keywarden rotate --departed", () => {
  test("shows what someone knew in order of deadline, and changes nothing", async () => {
    const [first, second] = [await create("FIRST", "amy"), await create("SECOND", "bob")];
    await create("OTHER", "cat");
    const flags = ["--departed", "amy", "--departed", "bob"];
    const bare = await keywarden("rotate", ...flags);
    expect(bare).toMatchObject({ status: 1, stderr: "" });
    expect(bare.stdout).toMatch(
      new RegExp(
        `^2[34] h left  ${first}[^]*left out: no sink[^]*\\n2[34] h left  ${second}[^]*2 of 2 keys left out`,
      ),
    );
    expect(bare.stdout).not.toContain("OTHER");

    await writeAudit(...flags);
    const file = join(place.path, "audit.json");
    const { findings } = JSON.parse(readFileSync(file, "utf8")) as {
      findings: { key: { id: string }; deadline: string }[];
    };
    for (const finding of findings) if (finding.key.id === second) finding.deadline = hoursFromNow(3.5);
    writeFileSync(file, JSON.stringify({ findings }));
    const to = ["--to", `${first}=env:.env#FIRST`, "--to", `${second}=env:.env#SECOND`, "--grace", "36000"];
    const placed = await keywarden("rotate", "--plan", "audit.json", ...to);
    expect(placed).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /Nothing was changed[.] To carry it out:\n {2}keywarden rotate --plan [^\n]* --yes\n$/,
      ),
    });
    expect(placed.stdout).toMatch(
      new RegExp(
        `^3 h left  ${second}.*\\n.*\\n    to env:.env#SECOND\\n.*a second key is created and verified.*after 36000 s\\n.*after the deadline: --grace[^]*\\n2[34] h left  ${first}`,
      ),
    );
    expect(await Promise.all(made.map(works))).toEqual([true, true, true]);
    expect(existsSync(join(place.path, "state", "rounds"))).toBe(false);
  });

  test("goes past a key that fails, says what is left, and finishes it with --resume", async () => {
    const [bad, good] = [await create("BAD", "dan"), await create("GOOD", "dan")];
    const unready = "command:test -e ready && cat > taken";
    const to = ["--to", `${bad}=${unready}`, "--to", `${good}=env:.env#GOOD`, "--grace", "0"];
    const first = await keywarden("rotate", "--departed", "dan", ...to, "--yes");
    expect(first).toMatchObject({ status: 1, stderr: "" });
    expect(first.stdout).toMatch(new RegExp(`1 of 2 keys done. Left:\\n  2[34] h left  ${bad}: `));
    expect(await Promise.all([...made, keyIn("GOOD")].map(works))).toEqual([true, false, true]);
    expect(await keywarden("rotate", "--list")).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^\w{8}  batch for dan  1 of 2 keys done$/m),
    });
    expect(await keywarden("rotate", "--departed", "DAN", "--yes")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("A batch for dan is unfinished"),
    });

    writeFileSync(join(place.path, "ready"), "");
    const second = await keywarden("rotate", "--departed", "dan", "--resume");
    expect(second).toMatchObject({ status: 0, stdout: expect.stringContaining("2 keys done") });
    expect(await Promise.all(made.map(works))).toEqual([false, false]);
    expect(await works(new Secret(readFileSync(join(place.path, "taken"), "utf8").trim()))).toBe(true);
    expect(await liveNames("dan")).toEqual(["BAD", "GOOD"]);
    expect(await keywarden("rotate", "--list")).toMatchObject({ status: 0 });
  });

  test("loses and repeats nothing when it is killed in the middle of a round", async () => {
    const ids = [await create("A", "eve"), await create("B", "eve"), await create("C", "eve")];
    const deadly = "command:test -e safe && cat > taken || kill -9 $PPID";
    const to = [`${ids[0]}=env:.env#A`, `${ids[1]}=${deadly}`, `${ids[2]}=env:.env#C`];
    const flags = to.flatMap((text) => ["--to", text]);
    const killed = await keywarden("rotate", "--departed", "eve", ...flags, "--grace", "0", "--yes");
    expect(killed.status).toBe(null);
    expect(await Promise.all(made.map(works))).toEqual([false, true, true]);

    writeFileSync(join(place.path, "safe"), "");
    const resumed = await keywarden("rotate", "--resume");
    expect(resumed).toMatchObject({ status: 0, stdout: expect.stringContaining("3 keys done") });
    expect(await Promise.all(made.map(works))).toEqual([false, false, false]);
    const taken = new Secret(readFileSync(join(place.path, "taken"), "utf8").trim());
    expect(await Promise.all([keyIn("A"), taken, keyIn("C")].map(works))).toEqual([true, true, true]);
    expect(await liveNames("eve")).toEqual(["A", "B", "C"]);
    expect(readdirSync(join(place.path, "state", "journals"))).toHaveLength(3);
  });

  test("remembers when someone left and where keys go, and waits for no other key's grace", async () => {
    const [ours, theirs] = [await create("OURS", "fay"), await create("THEIRS", "fay", "aero2")];
    const to = ["--to", `${ours}=env:.env#OURS`, "--to", `${theirs}=env:.env#THEIRS`];
    const round = await keywarden("rotate", "--departed", "fay", ...to, "--grace", "0", "--no-wait", "--yes");
    // Aero2's old secret works for its 24 hours; ours need not.
    expect(round).toMatchObject({ status: 1, stdout: expect.stringContaining("1 of 2 keys done. Left:") });
    expect(round.stdout).toContain(`${theirs}: the new key works; so does the old one, until `);
    const again = await keywarden("rotate", "--departed", "fay");
    expect(again.stdout).toMatch(/^fay left at 20.*, as recorded before/);
    expect(again.stdout).toContain("No live key needs to be rotated.");

    const later = await keywarden("rotate", "--departed", `fay=${new Date().toISOString()}`);
    expect(later.stdout).toMatch(/to env:\.env#OURS, where its last rotation put it/);
    expect(later.stdout).toMatch(new RegExp(`${theirs} is being rotated already, by rotation \\w{8}`));
    const [, id = ""] = /--resume (\w{8})\n$/.exec(round.stdout) ?? [];
    expect(await keywarden("rotate", "--abandon", id)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("was dropped"),
    });
  });

  test("says at once that a rotation needs a person, and waits for no grace period before", async () => {
    const [ours, theirs] = [await create("HELD", "hal"), await create("SLOW", "hal", "aero2")];
    const waiting = await keywarden("rotate", theirs, "--to", "env:.env#SLOW", "--no-wait", "--yes");
    expect(waiting).toMatchObject({ status: 1 });
    const failed = await keywarden("rotate", ours, "--to", "command:exit 3", "--yes");
    expect(failed).toMatchObject({ status: 2 });
    const resumed = await keywarden("rotate", "--resume");
    expect(resumed).toMatchObject({ status: 2, stdout: expect.stringContaining("ended with status 3") });
    expect(resumed.stdout).toMatch(/The old key works until 20.*After that, run: keywarden rotate --resume/);
    for (const { stdout } of [waiting, failed])
      await keywarden("rotate", "--abandon", /--resume (\w{8})\n/.exec(stdout)?.[1] ?? "");
  });

  test("takes the keys from an audit that was written down", async () => {
    const id = await create("ONE", "gus");
    await writeAudit("--departed", "gus");
    const plan = ["rotate", "--plan", "audit.json"];
    expect(await keywarden(...plan, "--to", "env:.env#ONE")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^2[34] h left  ${id}`)),
    });
    const done = await keywarden(...plan, "--to", "env:.env#ONE", "--grace", "0", "--yes");
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect([await works(made[0] ?? new Secret("")), await works(keyIn("ONE"))]).toEqual([false, true]);
    // The key that it names is dead now.
    expect(await keywarden(...plan, "--to", "env:.env#ONE")).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("is revoked"),
    });
  });

  test.each([
    [["--departed", "nobody@acme.com"], "No live key names nobody@acme.com"],
    [["--departed", "hal", "--to", "env:.env#HAL"], "keys goes to env:.env#HAL? Write --to <key id>="],
    [["--departed", "hal", "--to", "key_9=env:.env#HAL"], "key_9 is not one of the keys"],
    [["--departed", "hal", "key_1"], "name no key"],
    [["--departed", "hal", "--plan", "audit.json"], "one way"],
    [["--departed", "hal", "--provider", "aforo"], "pass the report with --plan"],
    [["--plan", "missing.json"], "missing.json"],
    [["--departed", "hal", "--grace", "soon"], "--grace must be a number from 0"],
    [["--members", "team", "--resume"], "Name the batch: --resume <batch>"],
  ])("%j says in one sentence what is wrong", async (flags, words) => {
    await create("HAL", "hal");
    await create("HAL_TOO", "hal");
    const { status, stdout, stderr } = await keywarden("rotate", ...flags);
    expect({ status, stdout, stderr }).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(words),
    });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
