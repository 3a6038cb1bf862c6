import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, makeManagementClient } from "@keywarden/management";
import { openKeyStorage } from "@keywarden/storage";
import { assertNoKey, makeClock, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { start } from "./start-here.ts";

test("starts, writes the bootstrap token once for its owner only, and remembers everything", async () => {
  using directory = makeTemporaryDirectory();
  const data = join(directory.path, "data");
  const tokenFile = join(data, "bootstrap-token");
  let keyId: string;
  {
    await using server = start(["--data", data, "--port", "0"]);
    const baseUrl = await server.ready();
    expect(server.stdout()).toBe(`keywarden-server listening on ${baseUrl}\n`);
    expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.stderr()).toContain(tokenFile);
    const isPrivate = process.platform === "win32" || (statSync(tokenFile).mode & 0o777) === 0o600;
    expect(isPrivate).toBe(true);
    const token = new Secret(readFileSync(tokenFile, "utf8").trim());
    assertNoKey(server.stdout() + server.stderr(), [token]);
    const client = makeInventoryClient({ baseUrl, token });
    expect(await client.whoAmI()).toEqual({ principal: "token:bootstrap", role: "admin" });
    const { key } = await client.create({
      provider: "aforo",
      name: "n",
      kind: "secret",
      environment: "production",
    });
    keyId = key.id;
    expect(await server.stop()).toBe(0);
  }
  const before = readFileSync(tokenFile, "utf8");

  await using again = start(["--data", data, "--port", "0"]);
  const baseUrl = await again.ready();

  expect(readFileSync(tokenFile, "utf8")).toBe(before);
  expect(again.stderr()).toBe("");
  const client = makeInventoryClient({ baseUrl, token: new Secret(before.trim()) });
  expect((await client.list()).keys.map(({ id }) => id)).toEqual([keyId]);
});

test("a removed bootstrap token file is not made again", async () => {
  using directory = makeTemporaryDirectory();
  const tokenFile = join(directory.path, "bootstrap-token");
  const first = start(["--data", directory.path, "--port", "0"]);
  await first.ready();
  await first.stop();
  writeFileSync(tokenFile, "");

  await using again = start(["--data", directory.path, "--port", "0"]);
  await again.ready();

  expect(readFileSync(tokenFile, "utf8")).toBe("");
});

test("a start that failed for its port leaves the bootstrap token to the one that succeeds, which tells where it is", async () => {
  using directory = makeTemporaryDirectory();
  const tokenFile = join(directory.path, "bootstrap-token");
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    expect(await start(["--data", directory.path, "--port", String(port)]).exit).toBe(2);
    expect(existsSync(tokenFile)).toBe(false);
  } finally {
    other.close();
  }

  await using again = start(["--data", directory.path, "--port", "0"]);
  await again.ready();

  expect(again.stderr()).toContain(tokenFile);
});

test("a directory that another server holds is one sentence and exit 2", async () => {
  using directory = makeTemporaryDirectory();
  await using first = start(["--data", directory.path, "--port", "0"]);
  await first.ready();

  const second = start(["--data", directory.path, "--port", "0"]);

  expect(await second.exit).toBe(2);
  expect(second.stderr()).toMatch(/^keywarden-server: .*another Keywarden process is using it.*\n$/);
  const audit = start(["audit", "verify", "--data", directory.path]);
  expect(await audit.exit).toBe(2);
});

test("a port in use is one sentence and exit 2, and frees the directory", async () => {
  using directory = makeTemporaryDirectory();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    const server = start(["--data", directory.path, "--port", String(port)]);
    expect(await server.exit).toBe(2);
    expect(server.stderr()).toBe(
      `keywarden-server: port ${port} on 127.0.0.1 is in use; stop the program that has it, or choose another port with --port\n`,
    );
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
  await using again = start(["--data", directory.path, "--port", "0"]);
  expect(await again.ready()).toContain("http://");
});

test("an address of another machine is one sentence and exit 2", async () => {
  using directory = makeTemporaryDirectory();

  const server = start(["--data", directory.path, "--port", "0", "--host", "192.0.2.1"]);

  expect(await server.exit).toBe(2);
  expect(server.stderr()).toContain("check --host and --port");
});

test("several workers on SQLite are refused with a sentence: it keeps one writer", async () => {
  using directory = makeTemporaryDirectory();
  await using server = start(["--data", directory.path, "--workers", "2"]);
  expect(await server.exit).toBe(2);
  expect(server.stderr()).toContain("--workers needs --database-url: SQLite keeps one writer");
});

test("a data directory that cannot be one is one sentence and exit 2", async () => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "file");
  writeFileSync(file, "");

  const server = start(["--data", join(file, "data"), "--port", "0"]);

  expect(await server.exit).toBe(2);
  expect(server.stderr()).toMatch(/^keywarden-server: cannot .*\n$/);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "a data directory without write permission is one sentence and exit 2",
  async () => {
    using directory = makeTemporaryDirectory();
    chmodSync(directory.path, 0o500);

    const server = start(["--data", join(directory.path, "data"), "--port", "0"]);

    expect(await server.exit).toBe(2);
    expect(server.stderr()).toContain("cannot write");
    chmodSync(directory.path, 0o700);
  },
);

test("audit verify says what it found: 0 intact, 2 when there is nothing to look at", async () => {
  using directory = makeTemporaryDirectory();
  const server = start(["--data", directory.path, "--port", "0"]);
  await server.ready();
  await server.stop();

  const intact = start(["audit", "verify", "--data", directory.path]);
  expect(await intact.exit).toBe(0);
  expect(intact.stdout()).toMatch(
    /^audit intact: 1 entry, the last one has the hash ([0-9a-f]{64})\n.* give it later as --since 1:\1\n$/,
  );

  const missing = join(directory.path, "missing");
  const absent = start(["audit", "verify", "--data", missing]);
  expect(await absent.exit).toBe(2);
  expect(absent.stderr()).toContain("check --data");
  expect(existsSync(missing)).toBe(false);

  // Nothing is no intact audit, and is left as it is.
  const empty = join(directory.path, "empty");
  mkdirSync(empty, { mode: 0o700 });
  const nothing = start(["audit", "verify", "--data", empty]);
  expect([await nothing.exit, nothing.stdout()]).toEqual([2, ""]);
  expect(nothing.stderr()).toContain("there is no database in");
  expect(readdirSync(empty)).toEqual([]);

  await (await openKeyStorage({ path: empty, clock: makeClock() })).close();
  const unused = start(["audit", "verify", "--data", empty]);
  expect([await unused.exit, unused.stdout()]).toEqual([2, ""]);
  expect(unused.stderr()).toContain("no entry");
});

test("audit verify exits 1 when somebody changed the database", async () => {
  using directory = makeTemporaryDirectory();
  const server = start(["--data", directory.path, "--port", "0"]);
  await server.ready();
  await server.stop();
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(join(directory.path, "keys.db"));
  const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER "${String(name)}"`);
  const table = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%actor%'")
    .get();
  database.exec(`UPDATE "${String(table?.["name"])}" SET actor = 'somebody else'`);
  database.close();

  const verify = start(["audit", "verify", "--data", directory.path]);

  expect(await verify.exit).toBe(1);
  expect(verify.stdout()).toContain("audit changed at entry 1");
});

test("audit verify tells of entries that were removed at the end together with their record, by one that was kept", async () => {
  using directory = makeTemporaryDirectory();
  const data = ["--data", directory.path];
  const server = start([...data, "--port", "0"]);
  const address = await server.ready();
  const token = readFileSync(join(directory.path, "bootstrap-token"), "utf8").trim();
  await fetch(`${address}/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "hidden", role: "admin" }),
  });
  await server.stop();
  const before = start(["audit", "verify", ...data]);
  await before.exit;
  const since = /--since (2:[0-9a-f]{64})$/m.exec(before.stdout())?.[1] ?? "";
  const kept = start(["audit", "verify", ...data, "--since", since]);
  expect([await kept.exit, kept.stdout()]).toEqual([
    0,
    expect.stringMatching(/^audit intact: 2 entries.*\n$/),
  ]);

  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(join(directory.path, "keys.db"));
  const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER "${String(name)}"`);
  database.exec("DELETE FROM audit_entries WHERE sequence = 2");
  database.exec(
    "UPDATE audit_anchor SET sequence = 1, hash = (SELECT hash FROM audit_entries WHERE sequence = 1)",
  );
  database.close();

  const alone = start(["audit", "verify", ...data]);
  expect([await alone.exit, alone.stdout()]).toEqual([0, expect.stringContaining("only one that was kept")]);
  const verify = start(["audit", "verify", ...data, "--since", since]);
  expect([await verify.exit, verify.stdout()]).toEqual([1, expect.stringContaining("up to 2 were removed")]);
});

test("providers of the user's own are served in the standard dialect", async () => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "providers.json");
  const body = { alphabet: "base62", length: 32 };
  const format = { prefix: "orch_live_", kind: "secret", environment: "production", label: "live", body };
  writeFileSync(file, JSON.stringify([{ id: "orchard", name: "Orchard", formats: [format] }]));
  await using server = start(["--data", directory.path, "--port", "0", "--providers", file]);
  const baseUrl = `${await server.ready()}/orchard`;
  const token = new Secret(readFileSync(join(directory.path, "bootstrap-token"), "utf8").trim());

  const client = makeManagementClient({ dialect: "standard", baseUrl, token });
  const { id, secret } = await client.create({ name: "n", kind: "secret", environment: "production" });

  const whoami = await fetch(`${baseUrl}/v1/whoami`, {
    headers: { authorization: `Bearer ${secret.reveal()}` },
  });
  expect([whoami.status, await whoami.json()]).toMatchObject([200, { id, kind: "secret" }]);
});

test.each([
  ["not there", null, "cannot be read"],
  ["not JSON", "{", "a property name in double quotes is expected"],
  ["not a list", "{}", "must hold a list of providers"],
  ["no provider", "[{}]", "[0].id: is missing"],
])("a providers file that is %s is named", async (_name, content, sentence) => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "providers.json");
  if (content !== null) writeFileSync(file, content);

  const server = start(["--data", directory.path, "--port", "0", "--providers", file]);

  expect(await server.exit).toBe(2);
  expect(server.stderr()).toContain(`${file}:`);
  expect(server.stderr()).toContain(sentence);
});

test.each([
  ["an id that is taken", { id: "aforo" }, "is a built-in provider"],
  ["a dialect of another's", { dialect: "aforo" }, "dialect"],
  ["the prefix of the server's own tokens", { prefix: "kwt_live_" }, "kwt_"],
])("%s is refused", async (_name, { prefix = "orch_live_", ...change }: Record<string, string>, sentence) => {
  using directory = makeTemporaryDirectory();
  const file = join(directory.path, "providers.json");
  const body = { alphabet: "base62", length: 32 };
  const format = { prefix, kind: "secret", environment: "production", label: "live", body };
  writeFileSync(file, JSON.stringify([{ id: "orchard", name: "Orchard", formats: [format], ...change }]));

  const server = start(["--data", directory.path, "--port", "0", "--providers", file]);

  expect(await server.exit).toBe(2);
  expect(server.stderr()).toContain(sentence);
});

test("--help and --version print and exit 0; an unknown flag exits 2 without a stack trace", async () => {
  const help = start(["--help"]);
  const version = start(["--version"]);
  const unknown = start(["--prot", "1"]);

  expect([await help.exit, await version.exit, await unknown.exit]).toEqual([0, 0, 2]);
  expect(help.stdout()).toContain("keywarden-server --data <folder>");
  expect(version.stdout()).toBe(`keywarden-server ${manifest.version}\n`);
  expect(unknown.stderr()).toBe(
    'keywarden-server: Unknown flag "--prot" for keywarden-server. Did you mean --port?\n',
  );
});

test("token create makes a token of the role that is asked for while the server is stopped, and prints it once", async () => {
  using place = makeTemporaryDirectory();
  await using first = start(["--data", place.path, "--port", "0"]);
  await first.ready();
  const locked = start(["token", "create", "--role", "admin", "--data", place.path]);
  expect([await locked.exit, locked.stdout()]).toEqual([2, ""]);
  await first.stop();

  const made = start([
    "token",
    "create",
    "--role",
    "operator",
    "--data",
    place.path,
    "--name",
    "break glass",
  ]);
  expect(await made.exit).toBe(0);
  const text = made.stdout().trim();
  expect(text).toMatch(/^kwt_[\w-]{43}$/);
  expect(made.stderr()).not.toContain(text);

  await using second = start(["--data", place.path, "--port", "0"]);
  const client = makeInventoryClient({ baseUrl: await second.ready(), token: new Secret(text) });
  expect(await client.whoAmI()).toEqual({ principal: "token:break glass", role: "operator" });
});
