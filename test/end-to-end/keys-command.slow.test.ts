import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, Secret } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Result } from "./run-built.ts";
import { startTwoServers, type Call } from "./two-servers.ts";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const plain = Array.from({ length: 4 }, (_, seed) =>
  makeKey(aforo, { kind: "secret", environment: "production" }, 70 + seed),
);

let place: TemporaryDirectory;
let servers: Awaited<ReturnType<typeof startTwoServers>>;
let said = "";

beforeAll(async () => void (servers = await startTwoServers()));
afterAll(() => servers.stop());
beforeEach(() => {
  place = makeTemporaryDirectory();
  said = "";
});
afterEach(() => {
  assertNoKey(said, plain);
  place.remove();
});

async function keywarden(args: readonly string[], call: Omit<Call, "directory"> = {}): Promise<Result> {
  const result = await servers.run(args, { directory: place.path, ...call });
  said += result.stdout + result.stderr;
  return result;
}

const rowOf = (name: string, extra: object = {}) =>
  JSON.stringify({ provider: "aforo", name, environment: "production", sha256: hashOf(name), ...extra });

async function importRows(rows: readonly string[], at: 0 | 1 = 0): Promise<Result> {
  writeFileSync(join(place.path, "rows.jsonl"), `${rows.join("\n")}\n`);
  return keywarden(["keys", "import", "rows.jsonl", "--yes"], { at });
}

async function listNames(filter: string, at: 0 | 1 = 0): Promise<readonly string[]> {
  const { stdout } = await keywarden(["keys", "list", "--all", "--format", "jsonl", filter], { at });
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { name: string }).name)
    .toSorted();
}

describe("keys list", () => {
  test("marks a key from which another one takes over", async () => {
    await importRows([rowOf("replaced old")]);
    const [{ id }] = JSON.parse((await keywarden(["keys", "list", "--format", "json", "replaced"])).stdout)
      .keys as [{ id: string }];
    const make = ["keys", "create", "--provider", "aforo", "--name", "replaced new"];
    const flags = ["--environment", "production", "--replaces", id, "--to", "env:.env#KEY"];
    expect(await keywarden([...make, ...flags])).toMatchObject({ status: 0 });
    const listed = await keywarden(["keys", "list", "replaced"]);
    const marked = /being replaced, fresh/.test(listed.stdout);
    expect(marked || listed.stderr.includes(`${id} is being replaced by key_`)).toBe(true);
  });

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
      stderr: 'keywarden: "stauts" at character 7 is not a field. Did you mean status?\n',
    });
  });

  test("gives a table, JSON, JSON lines or CSV, up to a limit", async () => {
    await importRows(["1", "2", "3"].map((name) => rowOf(`=format ${name}`)));
    const list = (format: string, limit = "2") =>
      keywarden(["keys", "list", "=format", "--format", format, "--limit", limit]);
    const table = await list("table");
    expect(table.stdout.split("\n").map((line) => line.slice(0, 4))).toEqual(["ID  ", "key_", "key_", ""]);
    expect(table.stderr).toContain("more than 2 keys");
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
    const { key } = await servers.clientOf(0).create({
      provider: "azotte",
      name: "carry three",
      kind: "secret",
      environment: "production",
    });
    await servers.clientOf(0).rotate(key.id, { expectedGeneration: 1 });
    const first = await keywarden(["keys", "export", "--output", "all.jsonl"]);
    expect(first).toMatchObject({ status: 0, stdout: "" });
    expect(statSync(join(place.path, "all.jsonl")).mode & 0o777).toBe(0o600);
    const plan = await keywarden(["keys", "import", "all.jsonl"], { at: 1 });
    expect(plan.stdout).toMatch(/^\d+ keys to import\.\nNothing was changed/);
    expect((await servers.clientOf(1).exportKeys()).keys).toEqual([]);
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
    expect(bad.stderr).toContain("line 7: its id or one of its hashes repeats line 2");
    expect(bad.stderr).toContain("Nothing was imported: 4 lines cannot be imported.");
    writeFileSync(join(place.path, "good.csv"), [header, good.replace("\n", " ")].join("\n"));
    expect(await keywarden(["keys", "import", "good.csv", "--yes"])).toMatchObject({
      stdout: "1 key imported.\n",
    });
    expect(await listNames("tag:old tag:batch owner:ann")).toEqual(["two lines of a name"]);
    writeFileSync(join(place.path, "column.csv"), "provider,nmae,environment,sha256\n");
    expect((await keywarden(["keys", "import", "column.csv"])).stderr).toContain(
      '"nmae"; did you mean "name"?',
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
    const database = servers.serverAt(0).tokenFile.replace("bootstrap-token", "keys.db-wal");
    assertNoKey(readFileSync(database), plain);
    const wrong = await keywarden(flags, { input: `hello\n${input}` });
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("line 1: it is not a key of Aforo"),
    ]);
  });

  test("refuse a whole key in a file before anything is sent", async () => {
    const [key] = plain;
    const { status, stderr } = await importRows([rowOf("fine"), rowOf(`my ${key?.reveal()}`)]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("line 2: it contains what looks like a whole key"),
    ]);
  });
});

describe("keys create", () => {
  test("can generate the key itself, of which the server has the hash only", async () => {
    const flags = ["keys", "create", "--provider", "aforo", "--name", "own", "--environment", "production"];
    const { stdout, stderr } = await keywarden([...flags, "--own", "--print"]);
    said = stderr;
    const verdict = await keywarden(["keys", "lookup"], { input: stdout });
    expect(verdict.stdout).toContain("  own  ");
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    const url = `${servers.serverAt(0).url}/aforo/v1/entitlements/any`;
    expect((await fetch(url, { headers })).status).toBe(200);
  });

  test("shows the new key once and alone where it is asked to, and nowhere else ever after", async () => {
    const flags = [
      "keys",
      "create",
      "--provider",
      "aforo",
      "--name",
      "printed",
      "--environment",
      "production",
    ];
    expect((await keywarden(flags)).stderr).toContain("choose --to <sink> or --print");
    const { stdout, stderr } = await keywarden([...flags, "--print"]);
    const key = new Secret(stdout.trim());
    expect(stdout).toMatch(/^sk_live_\w{40}\n$/);
    said = stderr;
    const id = /\((key_\w+)\)/.exec(stderr)?.[1] ?? "";
    await keywarden(["keys", "show", id]);
    await keywarden(["keys", "show", id, "--json"]);
    for (const format of ["table", "json", "jsonl", "csv"])
      await keywarden(["keys", "list", "printed", "--format", format]);
    await keywarden(["keys", "export"]);
    await keywarden(["keys", "lookup"], { input: stdout });
    await keywarden(["keys", "show", key.reveal()]);
    await keywarden(["keys", "list", `tag:${key.reveal()} foo:bar`]);
    assertNoKey(said, [key]);
    expect(said.split(id).length).toBeGreaterThan(6);
  });
});
