import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { makeClock, startPostgres } from "@keywarden/testing";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { openKeyStorage, type StorageError } from "@keywarden/storage";
import { readConnectionSettings } from "../src/postgres/connection-settings.ts";
import { translateError } from "../src/postgres/translate-error.ts";
import { audit, keyNamed, makePostgresPlace, postgresIsMissing, runSql } from "./stores.ts";

const open = (databaseUrl: string) => openKeyStorage({ path: "", databaseUrl, clock: makeClock() });
const refusalOf = async (databaseUrl: string) =>
  (await open(databaseUrl).catch((reason: unknown) => reason)) as StorageError;

describe("a database URL", () => {
  it("sets what it names and leaves sensible limits otherwise", () => {
    expect(
      readConnectionSettings("postgres://u:p@db.example:6543/keys?schema=team_a&pool_max=3"),
    ).toMatchObject({
      schema: "team_a",
      location: "db.example:6543/keys",
      pool: { max: 3, connectionString: "postgres://u:p@db.example:6543/keys?sslmode=disable" },
    });
    expect(readConnectionSettings("postgresql://h/d")).toMatchObject({
      schema: "keywarden",
      pool: { max: 10 },
    });
  });

  it.each([
    ["require", "verify-full"],
    ["verify-ca", "verify-full"],
    ["verify-full", "verify-full"],
    ["no-verify", "no-verify"],
    ["disable", "disable"],
  ])("with sslmode=%s means %s", (asked, meant) => {
    const { pool } = readConnectionSettings(`postgres://h/d?sslmode=${asked}`);
    expect(pool.connectionString).toContain(`sslmode=${meant}`);
  });

  it.each([
    "",
    "mysql://h/d",
    "keys.db",
    "postgres://h/d?pool_max=0",
    "postgres://h/d?pool_max=x",
    "postgres://h/d?schema=A%20b",
    "postgres://h/d?sslmode=prefer",
    "postgres://h/d?sslmode=odd",
    "postgres://h/d?connect_timeout=never",
  ])("%j is refused", async (url) => {
    expect(await refusalOf(url)).toMatchObject({ code: "STORAGE_BAD_VALUE" });
  });

  it.each([
    ["schma=team_a", "it has no parameter schma. Did you mean schema?"],
    ["pgbouncer=true", "it has no parameter pgbouncer. The parameters are schema, pool_max, sslmode"],
    // Passed over, each of them would have sent the password in clear text.
    ["ssl=true", "its ssl is not libpq's; write sslmode=verify-full"],
    ["ssl_mode=verify-full", "it has no parameter ssl_mode. Did you mean sslmode?"],
    ["sslrootcert=/ca.pem", "it names sslrootcert, and without sslmode=verify-full nothing is encrypted"],
  ])("with %s says what it does not do", async (query, sentence) => {
    const error = await refusalOf(`postgres://u:hunter2@h/d?${query}`);
    expect([error.code, error.message]).toEqual(["STORAGE_BAD_VALUE", expect.stringContaining(sentence)]);
  });

  it("may have what services that rent databases write into theirs", () => {
    const { pool } = readConnectionSettings(
      "postgres://u:p@h/d?sslmode=require&channel_binding=require&connect_timeout=15&application_name=keys",
    );
    expect(pool.connectionTimeoutMillis).toBe(15_000);
    expect(pool.connectionString).toBe("postgres://u:p@h/d?sslmode=verify-full&application_name=keys");
  });

  it.each([
    [{ code: "ECONNREFUSED" }, "STORAGE_UNREACHABLE", "nothing listens there"],
    [{ code: "CERT_HAS_EXPIRED" }, "STORAGE_UNREACHABLE", "its certificate has expired"],
    [
      { code: "ENOENT", path: "/ca.pem" },
      "STORAGE_BAD_VALUE",
      "cannot read /ca.pem, which the database URL names",
    ],
    [{ code: "25006" }, "STORAGE_UNWRITABLE", "it is a replica, or the user or database is set to read only"],
    [
      { message: "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string" },
      "STORAGE_UNWRITABLE",
      "the server asks for a password, and the URL has none",
    ],
  ])("that leads to %j says so", (facts, code, sentence) => {
    const error = translateError(Object.assign(new Error("inner"), facts), "open it");
    expect(error).toMatchObject({ code, message: expect.stringContaining(sentence) as unknown });
  });

  it("is never repeated, since it can hold a password", async () => {
    const urls = [
      "postgres://u:hunter2@127.0.0.1:1/d",
      "postgres://u:hunter2@h/d?sslmode=prefer",
      "x:hunter2",
    ];
    for (const url of urls) {
      const error = await refusalOf(url);
      expect(error.name).toBe("StorageError");
      expect(`${error.message} ${error.stack ?? ""}`).not.toContain("hunter2");
    }
  });
});

describe.skipIf(postgresIsMissing)("a connection to PostgreSQL", () => {
  const place = () => new URL(makePostgresPlace().databaseUrl);

  it("says what is wrong in a code and a sentence", async () => {
    const wrongPort = place();
    wrongPort.port = "1";
    expect(await refusalOf(wrongPort.href)).toMatchObject({ code: "STORAGE_UNREACHABLE" });
    const wrongDatabase = place();
    wrongDatabase.pathname = "/none";
    expect(await refusalOf(wrongDatabase.href)).toMatchObject({ code: "STORAGE_UNWRITABLE" });
    const withTls = place();
    withTls.searchParams.set("sslmode", "verify-full");
    expect(await refusalOf(withTls.href)).toMatchObject({ code: "STORAGE_UNREACHABLE" });
  });

  it("makes one change wait for a lock that stays, and those after it for a moment only", async () => {
    const place = makePostgresPlace();
    const url = new URL(place.databaseUrl);
    url.searchParams.set("lock_timeout", "600000");
    const storage = await open(url.href);
    await storage.keys.createKey(keyNamed("a"), audit);
    const other = new pg.Client({ connectionString: url.href.replace(/\?.*/, "") });
    await other.connect();
    const table = `${url.searchParams.get("schema")}_keys.high_water`;
    await other.query(`BEGIN; UPDATE ${table} SET at_ms = at_ms`);
    const first = storage.keys.revokeKey({ id: "a", audit }).catch((reason: unknown) => reason);
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND query LIKE '%${table.replace(".", '"."')}%'`;
    while ((await runSql(url.href, cancel)).length === 0);
    expect(await first).toMatchObject({ code: "STORAGE_BUSY" });
    // Would they wait as long as the URL says, this test would not end.
    for (let others = 0; others < 3; others += 1)
      await expect(storage.keys.revokeKey({ id: "a", audit })).rejects.toMatchObject({
        code: "STORAGE_BUSY",
      });
    expect((await storage.keys.getKey("a"))?.state).toBe("active");
    await other.query("ROLLBACK");
    await other.end();
    expect(await storage.keys.revokeKey({ id: "a", audit })).toMatchObject({ ok: true });
    await storage.close();
  });

  it("makes do with the connections that the server gives", async () => {
    const place = makePostgresPlace();
    const url = new URL(place.databaseUrl);
    const role = `${url.searchParams.get("schema")}_few`;
    // One of them listens; the pool may have four, and gets the other.
    await runSql(
      url.href,
      `CREATE ROLE ${role} LOGIN CONNECTION LIMIT 2; GRANT CREATE ON DATABASE postgres TO ${role}`,
    );
    url.username = role;
    const storage = await open(url.href);
    await storage.keys.createKey(keyNamed("a"), audit);
    const asked = Array.from({ length: 20 }, () => storage.audit.list());
    expect((await Promise.all(asked)).map((entries) => entries.length)).toEqual(asked.map(() => 1));
    await storage.close();
  });

  it("is read while the database takes no changes", async () => {
    const place = makePostgresPlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const table = `${new URL(place.databaseUrl).searchParams.get("schema")}_keys.high_water`;
    await runSql(
      place.databaseUrl,
      `CREATE FUNCTION ${table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'read only' USING ERRCODE = '25006'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON ${table} EXECUTE FUNCTION ${table}_refuse()`,
    );
    place.clock.advance(5000);
    expect((await storage.keys.getKey("a"))?.state).toBe("active");
    await expect(storage.keys.revokeKey({ id: "a", audit })).rejects.toMatchObject({
      code: "STORAGE_UNWRITABLE",
    });
  });

  it("quotes no row in an error", async () => {
    const storage = await makePostgresPlace().openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    const error: unknown = await storage.keys
      .createKey(keyNamed("a"), audit)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "STORAGE_DUPLICATE" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("the key a");
  });

  it("is encrypted and checks the server's certificate when the URL asks for it", async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const certificate = join(server.directory, "server.crt");
    const key = join(server.directory, "server.key");
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        key,
        "-out",
        certificate,
      ],
      { stdio: "ignore" },
    );
    server.useTls({ certificate, key });
    await server.restart();
    const trusted = join(server.directory, "..", "trusted.crt");
    copyFileSync(certificate, trusted);
    chmodSync(trusted, 0o644);
    const storage = await open(
      `${server.url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(trusted)}`,
    );
    await storage.keys.createKey(keyNamed("a"), audit);
    await storage.close();
    await (await open(`${server.url}?sslmode=no-verify`)).close();
    expect(await refusalOf(`${server.url}?sslmode=verify-full`)).toMatchObject({
      code: "STORAGE_UNREACHABLE",
    });
    expect(await refusalOf(server.url)).toMatchObject({ code: "STORAGE_UNWRITABLE" });
  });

  it("survives a restart of the server", async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const storage = await open(server.url);
    await storage.keys.createKey(keyNamed("a"), audit);
    await server.restart();
    const answer = () => storage.keys.getKey("a");
    await answer().catch(() => null);
    expect(await answer()).toMatchObject({ id: "a" });
    await storage.close();
  });
});
