import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { Secret } from "@keywarden/key-format";
import { makeInventoryClient, makeManagementClient } from "@keywarden/management";
import { findPostgres, makeRandom, makeTemporaryDirectory, startPostgres } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../src/run.ts";

const file = builtProgram("key-server");
const found = findPostgres();
const note = "missing" in found ? ` (skipped: ${found.missing})` : "";

async function command(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let said = "";
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  });
  const status = await run({
    argv,
    env,
    print: (text) => void stream.write(text),
    warn: (text) => void stream.write(text),
    stderr: stream,
    clock: () => Date.now(),
    randomBytes: makeRandom(1),
    stop: new AbortController().signal,
    onReload: () => {},
    prepareToServe: () => {},
  });
  return { status, said };
}

test.skipIf(note !== "")(
  `two servers on one PostgreSQL serve the same keys, and a revoke on one is felt on the other${note}`,
  async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    using one = makeTemporaryDirectory();
    using two = makeTemporaryDirectory();
    const env = { ...process.env, DATABASE_URL: postgres.url };
    const first = await startKeyServer({ file, directory: join(one.path, "made"), env });
    onTestFinished(async () => void (await first.program.stop()));
    // The second one finds a token in the database, so it writes none of its own.
    const second = await startKeyServer({ file, directory: join(one.path, "made"), env });
    onTestFinished(async () => void (await second.program.stop()));
    expect(readFileSync(first.tokenFile, "utf8").trim()).toBe(second.token.reveal());
    expect(existsSync(join(one.path, "made", "keys.db"))).toBe(false);

    const clientOf = (url: string) =>
      makeManagementClient({ dialect: "aforo", baseUrl: `${url}/aforo`, token: first.token });
    const made = await clientOf(first.url).create({ name: "a", kind: "secret", environment: "sandbox" });
    const use = (url: string) =>
      fetch(`${url}/aforo/v1/entitlements/cust_1`, {
        headers: { authorization: `Bearer ${made.secret.reveal()}` },
      });
    expect((await use(second.url)).status).toBe(200);
    await clientOf(first.url).revoke(made.id);
    expect((await use(second.url)).status).toBe(401);

    const admin = makeInventoryClient({ baseUrl: first.url, token: first.token, timeoutMs: 90_000 });
    const leaked = await admin.createToken({ name: "leaked", role: "operator" });
    const stolen = makeInventoryClient({ baseUrl: second.url, token: leaked.token, timeoutMs: 90_000 });
    expect(await stolen.whoAmI()).toMatchObject({ principal: "token:leaked" });
    await admin.revokeToken(leaked.id);
    await expect(stolen.whoAmI()).rejects.toMatchObject({ code: "MANAGEMENT_UNAUTHORISED" });

    const backup = join(two.path, "backup.jsonl");
    expect(await command(["backup", backup], { DATABASE_URL: postgres.url })).toMatchObject({
      status: 0,
      said: expect.stringContaining("backed up 1 key and an audit of") as string,
    });
    const restored = await command(["restore", backup, "--data", join(two.path, "data")]);
    expect(restored).toMatchObject({ status: 0, said: expect.stringContaining("restored 1 key") as string });
    expect(await command(["audit", "verify", "--data", join(two.path, "data")])).toMatchObject({ status: 0 });
    expect(await command(["audit", "verify", "--database-url", postgres.url])).toMatchObject({ status: 0 });
  },
);

test.skipIf(note !== "")(
  `what one of two servers on one PostgreSQL ends is refused by the next request to either${note}`,
  async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    using place = makeTemporaryDirectory();
    const env = { ...process.env, DATABASE_URL: postgres.url };
    const first = await startKeyServer({ file, directory: place.path, env });
    onTestFinished(async () => void (await first.program.stop()));
    const second = await startKeyServer({ file, directory: place.path, env });
    onTestFinished(async () => void (await second.program.stop()));
    expect(await endedAtOnce(first, second, 10)).toBe(10);
  },
);

test("one server has a SQLite to itself, and what it ends is refused by its next request", async () => {
  using place = makeTemporaryDirectory();
  const only = await startKeyServer({ file, directory: place.path, env: process.env });
  onTestFinished(async () => void (await only.program.stop()));
  await expect(startKeyServer({ file, directory: place.path, env: process.env })).rejects.toThrow(
    "another Keywarden process is using it",
  );
  expect(await endedAtOnce(only, only, 20)).toBe(20);
});

/** How many keys were refused at once: each ends on one of the servers by turns, after both have let it in many times. */
async function endedAtOnce(
  first: KeyServerProgram,
  second: KeyServerProgram,
  rounds: number,
): Promise<number> {
  let ended = 0;
  for (let round = 0; round < rounds; round += 1) {
    const [here, there] = round % 2 === 0 ? [first, second] : [second, first];
    const client = makeManagementClient({
      dialect: "example",
      baseUrl: `${here.url}/example`,
      token: first.token,
    });
    const made = await client.create({ name: "a", kind: "secret", environment: "sandbox" });
    const use = async (url: string, { secret }: { readonly secret: Secret }) => {
      const answer = await fetch(`${url}/example/v1/users/1`, {
        headers: { authorization: `Bearer ${secret.reveal()}` },
      });
      return answer.status;
    };
    for (const { url } of [here, there, here, there]) expect(await use(url, made)).toBe(200);
    // Example promises no grace, so a rotation ends the old secret as a revoke does.
    const rotated = await client.rotate(made.id);
    expect([await use(there.url, made), await use(here.url, made)]).toEqual([401, 401]);
    expect([await use(there.url, rotated), await use(here.url, rotated)]).toEqual([200, 200]);
    await client.revoke(made.id);
    expect([await use(there.url, rotated), await use(here.url, rotated)]).toEqual([401, 401]);
    ended += 1;
  }
  return ended;
}

test("a backup is taken while the server runs, and refusals say what to do", async () => {
  using directory = makeTemporaryDirectory();
  const data = join(directory.path, "data");
  const backup = join(directory.path, "backup.jsonl");
  const server = await startKeyServer({ file, directory: data, env: process.env });
  onTestFinished(async () => void (await server.program.stop()));
  const client = makeManagementClient({
    dialect: "aforo",
    baseUrl: `${server.url}/aforo`,
    token: server.token,
  });
  const made = await client.create({ name: "a", kind: "secret", environment: "sandbox" });

  expect(await command(["backup", backup, "--data", data])).toMatchObject({ status: 0 });
  expect(readFileSync(backup, "utf8")).not.toContain(made.secret.reveal());
  const again = await command(["backup", backup, "--data", data]);
  expect(again).toMatchObject({ status: 2, said: expect.stringContaining("never overwrites") as string });
  const over = await command(["restore", backup, "--data", data]);
  expect(over).toMatchObject({ status: 2, said: expect.stringContaining("it has a keys.db") as string });
  const none = await command(["restore", join(directory.path, "none"), "--data", join(directory.path, "x")]);
  expect(none).toMatchObject({
    status: 2,
    said: expect.stringContaining("cannot read the backup") as string,
  });
  const down = await command(["audit", "verify", "--database-url", "postgres://u:hunter2@127.0.0.1:1/d"]);
  expect(down).toMatchObject({ status: 2, said: expect.stringContaining("127.0.0.1:1/d") as string });
  expect(down.said).not.toContain("hunter2");
});
