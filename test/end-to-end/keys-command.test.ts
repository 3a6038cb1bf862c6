import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { aforo, Secret } from "@keywarden/key-format";
import { makeInventoryClient, type InventoryClient } from "@keywarden/management";
import { assertNoKey, makeKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

const programOf = (app: string) => fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const plain = Array.from({ length: 4 }, (_, seed) =>
  makeKey(aforo, { kind: "secret", environment: "production" }, 70 + seed),
);

let place: TemporaryDirectory;
let servers: KeyServerProgram[] = [];
let said = "";

beforeAll(async () => {
  const start = async () => {
    const directory = makeTemporaryDirectory();
    return startKeyServer({ file: programOf("key-server"), directory: directory.path, env: process.env });
  };
  servers = [await start(), await start()];
});
afterAll(async () => {
  for (const server of servers) await server.program.stop();
});
beforeEach(() => {
  place = makeTemporaryDirectory();
  said = "";
});
afterEach(() => {
  assertNoKey(said, plain);
  place.remove();
});

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Call {
  readonly input?: string;
  readonly at?: number;
  readonly env?: Readonly<Record<string, string>>;
}

function keywarden(
  args: readonly string[],
  { input = "", at = 0, env: more = {} }: Call = {},
): Promise<Result> {
  const server = servers[at];
  if (server === undefined) throw new Error("no such server");
  const env = {
    ...process.env,
    KEYWARDEN_SERVER: server.url,
    KEYWARDEN_TOKEN_FILE: server.tokenFile,
    TMPDIR: place.path,
    KEYWARDEN_HOME: join(place.path, "home"),
    ...more,
  };
  return new Promise((resolve) => {
    const options = { cwd: place.path, env, maxBuffer: 1 << 28 };
    const child = execFile(
      process.execPath,
      [programOf("cli"), ...args],
      options,
      (error, stdout, stderr) => {
        said += stdout + stderr;
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

function clientOf(at: number): InventoryClient {
  const server = servers[at];
  if (server === undefined) throw new Error("no such server");
  const token = new Secret(readFileSync(server.tokenFile, "utf8").trim());
  return makeInventoryClient({ baseUrl: server.url, token });
}

const rowOf = (name: string, extra: object = {}) =>
  JSON.stringify({ provider: "aforo", name, environment: "production", sha256: hashOf(name), ...extra });

async function importRows(rows: readonly string[], at = 0): Promise<Result> {
  writeFileSync(join(place.path, "rows.jsonl"), `${rows.join("\n")}\n`);
  return keywarden(["keys", "import", "rows.jsonl", "--yes"], { at });
}

async function listNames(filter: string, at = 0): Promise<readonly string[]> {
  const { stdout } = await keywarden(["keys", "list", "--all", "--format", "jsonl", filter], { at });
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { name: string }).name)
    .toSorted();
}

describe("keys list", () => {
  test("finds what a filter asks for, and says where a mistake in it is", async () => {
    const long = new Date(Date.now() - 100 * 86_400_000).toISOString();
    const used = new Date(Date.now() - 5 * 86_400_000).toISOString();
    await importRows([
      rowOf("list old", { createdAt: long, owner: "ann", tags: ["billing"] }),
      rowOf("list used", { createdAt: long, lastUsedAt: used, owner: "Ann Lee", tags: ["billing", "eu"] }),
      rowOf("list new", { owner: "bob" }),
    ]);
    expect(await listNames("list tag:billing")).toEqual(["list old", "list used"]);
    expect(await listNames("list age>90d used<30d")).toEqual(["list used"]);
    expect(await listNames('owner:"Ann Lee"')).toEqual(["list used"]);
    expect(await listNames("list !owner:ann* !owner:Ann*")).toEqual(["list new"]);
    expect(await listNames("list unused>90d")).toEqual(["list old"]);
    expect(await keywarden(["keys", "list", "tag:a stauts:overdue"])).toMatchObject({
      status: 2,
      stderr: 'keywarden: "stauts" at character 7 is no field of keys. Did you mean status?\n',
    });
  });

  test("gives a table, JSON, JSON lines or CSV, up to a limit", async () => {
    await importRows(["1", "2", "3"].map((name) => rowOf(`=format ${name}`)));
    const list = (format: string, limit = "2") =>
      keywarden(["keys", "list", "=format", "--format", format, "--limit", limit]);
    const table = await list("table");
    expect(table.stdout.split("\n").map((line) => line.slice(0, 4))).toEqual(["ID  ", "key_", "key_", ""]);
    expect(table.stderr).toContain("there are more than 2");
    expect(JSON.parse((await list("json")).stdout)).toMatchObject({
      keys: [{ name: "=format 1", rotation: "fresh" }, { name: "=format 2" }],
      isMore: true,
    });
    expect((await list("jsonl", "5")).stdout.trim().split("\n")).toHaveLength(3);
    expect((await list("csv")).stdout).toContain(",'=format 1,secret,production,sk_live_,");
    expect((await keywarden(["keys", "list", "--format", "xml"])).status).toBe(2);
  });
});

describe("keys export and import", () => {
  test("carry an inventory to another server and back unchanged, as JSON lines and as CSV", async () => {
    await importRows([
      rowOf("carry, one", { owner: 'a "b"', tags: ["x;y", "z"], kind: "secret" }),
      rowOf("+carry two", { restrictions: { ipRanges: ["10.0.0.0/8"] } }),
    ]);
    const { key } = await clientOf(0).create({
      provider: "azotte",
      name: "carry three",
      kind: "secret",
      environment: "production",
    });
    await clientOf(0).rotate(key.id, { expectedGeneration: 1 });
    const first = await keywarden(["keys", "export", "--output", "all.jsonl"]);
    expect(first).toMatchObject({ status: 0, stdout: "" });
    expect(statSync(join(place.path, "all.jsonl")).mode & 0o777).toBe(0o600);
    const plan = await keywarden(["keys", "import", "all.jsonl"], { at: 1 });
    expect(plan.stdout).toMatch(/^\d+ keys to import\.\nNothing was changed/);
    expect((await clientOf(1).exportKeys()).keys).toEqual([]);
    await keywarden(["keys", "import", "all.jsonl", "--yes"], { at: 1 });
    const [there, table] = [
      await keywarden(["keys", "export"], { at: 1 }),
      await keywarden(["keys", "export", "--format", "csv"]),
    ];
    expect(there.stdout).toBe(readFileSync(join(place.path, "all.jsonl"), "utf8"));
    const again = await keywarden(["keys", "import", "--yes"], { at: 1, input: table.stdout });
    expect(again).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^0 keys imported, \d+ keys there/) as string,
    });
    expect((await keywarden(["keys", "export", "--format", "csv"], { at: 1 })).stdout).toBe(table.stdout);
  });

  test("take hashes of another system from a spreadsheet, and name the line of every mistake", async () => {
    const header = "provider,name,environment,sha256,tags,owner";
    const good = `aforo,"two\nlines of a name",production,${hashOf("csv 1")},old; batch,ann`;
    writeFileSync(
      join(place.path, "bad.csv"),
      [header, good, "aforo,x,nowhere,abc,,", `${good},more`, good, ""].join("\r\n"),
    );
    const bad = await keywarden(["keys", "import", "bad.csv", "--yes"]);
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain("line 4: environment");
    expect(bad.stderr).toContain("line 5: it has 7 cells");
    expect(bad.stderr).toContain("line 7: its id or a hash of it is that of line 2");
    expect(bad.stderr).toContain("Nothing was imported: 4 lines cannot be.");
    writeFileSync(join(place.path, "good.csv"), [header, good.replace("\n", " ")].join("\n"));
    expect(await keywarden(["keys", "import", "good.csv", "--yes"])).toMatchObject({
      stdout: "1 key imported.\n",
    });
    expect(await listNames("tag:old tag:batch owner:ann")).toEqual(["two lines of a name"]);
    writeFileSync(join(place.path, "column.csv"), "provider,nmae,environment,sha256\n");
    expect((await keywarden(["keys", "import", "column.csv"])).stderr).toContain(
      '"nmae"; did you mean name?',
    );
  });

  test("take whole keys from standard input, hash them here, and neither send, store nor show them", async () => {
    const input = plain.map((key, index) => `${key.reveal()} plain ${index}\n`).join("");
    const flags = ["keys", "import", "--plaintext", "--provider", "aforo", "--tag", "moved"];
    expect(await keywarden(flags, { input })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("4 keys to import") as string,
    });
    expect(await keywarden([...flags, "--yes"], { input })).toMatchObject({ stdout: "4 keys imported.\n" });
    expect(await keywarden([...flags, "--yes"], { input })).toMatchObject({
      stdout: "0 keys imported, 4 keys there already.\n",
    });
    expect(await listNames("tag:moved")).toEqual(["plain 0", "plain 1", "plain 2", "plain 3"]);
    const lookup = await keywarden(["keys", "lookup"], { input: plain[2]?.reveal() ?? "" });
    expect(lookup).toMatchObject({ status: 0, stdout: expect.stringContaining("plain 2") as string });
    const database = servers[0]?.tokenFile.replace("bootstrap-token", "keys.db-wal") ?? "";
    assertNoKey(readFileSync(database), plain);
    const wrong = await keywarden(flags, { input: `hello\n${input}` });
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("line 1: it is no key of Aforo"),
    ]);
  });

  test("refuse a whole key in a file before anything is sent", async () => {
    const [key] = plain;
    const { status, stderr } = await importRows([rowOf("fine"), rowOf(`my ${key?.reveal()}`)]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("line 2: it holds what looks like a whole key"),
    ]);
  });
});

describe("login", () => {
  // No session bus: the keyring of the system fails as it does on a server.
  const bare = {
    KEYWARDEN_SERVER: "",
    KEYWARDEN_TOKEN_FILE: "",
    DBUS_SESSION_BUS_ADDRESS: "",
    XDG_RUNTIME_DIR: "/nonexistent",
  };
  const env = { ...bare, KEYWARDEN_PASSPHRASE: "correct horse battery" };
  const fileOf = (at: number) => servers[at]?.tokenFile ?? "";
  const urlOf = (at: number) => servers[at]?.url ?? "";
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
    writeFileSync(join(place.path, "passphrase"), "correct horse battery\n");
    const named = { ...bare, KEYWARDEN_PASSPHRASE_FILE: "passphrase" };
    expect(await logIn(0, { ...named, KEYWARDEN_PASSPHRASE: "" })).toMatchObject({ status: 0 });
    expect((await keywarden(["whoami"], { env })).status).toBe(0);
    expect(await logIn(1, { KEYWARDEN_PASSPHRASE: "short" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("fewer than 8 characters") as string,
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
    // In a session of its own there is no terminal to ask at.
    const child = spawn(process.execPath, [programOf("cli"), ...flags], {
      detached: true,
      env: { ...process.env, ...bare, KEYWARDEN_HOME: join(place.path, "home") },
    });
    child.stdin.end(token);
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const [status] = (await once(child, "close")) as [number];
    expect([status, stderr]).toEqual([2, expect.stringContaining("A token is never kept in plain text")]);
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
