import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { Migration } from "../src/schema/migration.ts";
import * as postgresExposures from "../src/postgres/migrations/exposure-migrations.ts";
import * as postgresKeys from "../src/postgres/migrations/key-migrations.ts";
import * as sqliteExposures from "../src/sqlite/migrations/exposure-migrations.ts";
import * as sqliteKeys from "../src/sqlite/migrations/key-migrations.ts";
import {
  audit,
  keyNamed,
  makePostgresPlace,
  makeSqlitePlace,
  type Place,
  postgresIsMissing,
  runSql,
} from "./stores.ts";

type Name = "keys" | "exposures";

const steps = {
  SQLite: { keys: sqliteKeys.keyMigrations, exposures: sqliteExposures.exposureMigrations },
  PostgreSQL: { keys: postgresKeys.keyMigrations, exposures: postgresExposures.exposureMigrations },
};

function fixture(name: Name, version: number): string {
  return readFileSync(new URL(`./fixtures/${name}-${version}.sql`, import.meta.url), "utf8");
}

function recorded(migrations: readonly Migration[]): string {
  return migrations
    .map(({ name }, index) => `INSERT INTO schema_migrations VALUES (${index + 1}, '${name}', 0);`)
    .join("\n");
}

const makers = {
  async SQLite(name: Name, version: number): Promise<Place> {
    const place = makeSqlitePlace();
    const migrations = steps.SQLite[name].slice(0, version);
    mkdirSync(place.path, { recursive: true });
    const database = new DatabaseSync(join(place.path, `${name}.db`));
    database.exec(
      `CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT;
       ${migrations.map(({ sql }) => sql).join("\n")} ${recorded(migrations)} ${fixture(name, version)}`,
    );
    database.close();
    chmodSync(join(place.path, `${name}.db`), 0o600);
    return place;
  },
  async PostgreSQL(name: Name, version: number): Promise<Place> {
    const place = makePostgresPlace();
    const migrations = steps.PostgreSQL[name].slice(0, version);
    const schema = `${new URL(place.databaseUrl).searchParams.get("schema")}_${name}`;
    await runSql(
      place.databaseUrl,
      `CREATE SCHEMA ${schema}; SET search_path TO ${schema};
       CREATE TABLE schema_migrations (version integer primary key, name text not null, applied_at_ms bigint not null);
       ${migrations.map(({ sql }) => sql).join("\n")} ${recorded(migrations)} ${fixture(name, version)}`,
    );
    return place;
  },
};

const databases = (["SQLite", ...(postgresIsMissing ? [] : ["PostgreSQL" as const])] as const).map(
  (adapter) => ({
    adapter,
  }),
);

describe.each(databases)("a database on $adapter", ({ adapter }) => {
  const earlier = (name: Name) =>
    Array.from({ length: steps[adapter][name].length - 1 }, (_, index) => index + 1);

  it.each(earlier("keys"))(
    "of keys, schema %i, is brought forward with everything in it",
    async (version) => {
      const place = await makers[adapter]("keys", version);
      const storage = await place.openKeys();
      const { keys } = storage;
      expect(await storage.audit.verify()).toMatchObject({ ok: true, entries: 8 });
      expect(await keys.getKey("plain")).toMatchObject({ state: "active", owner: "grace", tags: ["é"] });
      expect(await keys.getKey("rotated")).toMatchObject({
        generation: 2,
        graceSecret: { generation: 1, state: "grace" },
      });
      expect(await storage.tokens.findBySha256(sha256("t"))).toMatchObject({ id: "t1", revokedAtMs: null });
      expect((await keys.listKeys({ tenant: "tenant_1" })).keys).toMatchObject([{ id: "plain" }]);
      expect((await keys.listKeys({ product: "prod_1" })).keys).toMatchObject([{ id: "plain" }]);
      const idsIn = async (state: "active" | "expired" | "revoked") =>
        (await keys.listKeys({ state })).keys.map(({ id }) => id);
      expect((await keys.listKeys({ owner: "grace" })).keys.map(({ id }) => id)).toEqual(["plain"]);
      expect((await keys.listKeys({ secretCreatedBeforeMs: 1767225600000 })).keys).toEqual([]);
      expect((await keys.listKeys({ secretCreatedBeforeMs: 1767225600001 })).keys).toHaveLength(4);
      expect(await idsIn("revoked")).toEqual(["revoked"]);
      expect(await idsIn("active")).toEqual(["limited", "plain", "rotated"]);
      place.clock.advance(5000);
      expect(await idsIn("expired")).toEqual(["limited"]);
      place.clock.advance(86_400_000);
      expect(await idsIn("expired")).toEqual(["limited", "rotated"]);
      await keys.createKeys([keyNamed("new-1"), keyNamed("new-2")], audit);
      expect(await storage.audit.verify()).toMatchObject({ ok: true, entries: 10 });
    },
  );

  it.each(earlier("exposures"))(
    "of exposures, schema %i, is brought forward with everything in it",
    async (version) => {
      const place = await makers[adapter]("exposures", version);
      const storage = await place.openExposures();
      const repository = { host: "github.com", repositoryId: 7 };
      expect(await storage.audit.verify()).toMatchObject({ ok: true, entries: 1 });
      expect(await storage.deliveries.get("g1")).toMatchObject({ jobId: "j1" });
      expect(await storage.jobs.claim({ kinds: ["scan"], leaseMs: 1000, worker: "w" })).toMatchObject({
        payload: { after: "c1" },
      });
      expect(await storage.exposures.get(repository, sha256("key"))).toMatchObject({
        occurrences: [{ commit: "c1", path: "a.ts", line: 3, column: 9 }],
      });
      const environments = (await storage.exposures.list()).map(({ environment }) => environment);
      expect(environments).toEqual(version < 14 ? ["production"] : ["production", null]);
      expect(await storage.decisions.list()).toMatchObject([
        { state: "waiting", provenance: "unknown", ownership: null },
      ]);
      expect(await storage.intents.listUnfinished()).toMatchObject([{ keyId: "k1" }]);
      expect(await storage.tips.list(repository)).toEqual(["c1", "c2"]);
      expect(await storage.checkpoints.get("x")).toMatchObject({ checkRunId: 42, batchesSent: 2 });
    },
  );

  it.each([
    ["tables of its own", "CREATE TABLE users (id integer)", "users"],
    // Other programs count their versions in a table of that name, too: 99 is no newer Keywarden.
    [
      "a version of its own",
      "CREATE TABLE schema_migrations (version integer, dirty integer); INSERT INTO schema_migrations VALUES (99, 0)",
      "schema_migrations",
    ],
    ["versions as words", "CREATE TABLE schema_migrations (version varchar(14))", "schema_migrations"],
  ])("of another program, with %s, is neither used nor changed", async (_what, made, table) => {
    const place = adapter === "SQLite" ? makeSqlitePlace() : makePostgresPlace();
    const { databaseUrl } = place.options;
    const file = join(place.path, "keys.db");
    if (typeof databaseUrl !== "string") {
      const database = new DatabaseSync(file);
      database.exec(made);
      database.close();
      chmodSync(file, 0o600);
    } else {
      const schema = `${new URL(databaseUrl).searchParams.get("schema")}_keys`;
      await runSql(databaseUrl, `CREATE SCHEMA ${schema}; SET search_path TO ${schema}; ${made}`);
    }
    await expect(place.openKeys()).rejects.toMatchObject({
      code: "STORAGE_CORRUPT",
      message: expect.stringContaining(`its table ${table} is another program's`) as unknown,
    });
  });

  it("has the same versions as every other database", () => {
    expect(steps[adapter].keys.map(({ name }) => name)).toEqual(steps.SQLite.keys.map(({ name }) => name));
    expect(steps[adapter].exposures.map(({ name }) => name)).toEqual(
      steps.SQLite.exposures.map(({ name }) => name),
    );
  });
});

describe.skipIf(postgresIsMissing)("a database on PostgreSQL", () => {
  it("that a newer Keywarden wrote is left alone", async () => {
    const place = makePostgresPlace();
    await (await place.openKeys()).close();
    const known = steps.PostgreSQL.keys.length;
    const newer = known + 1;
    await runSql(place.databaseUrl, `INSERT INTO schema_migrations VALUES (${newer}, 'of the future', 0)`);
    await expect(place.openKeys()).rejects.toMatchObject({
      code: "STORAGE_NEWER_SCHEMA",
      message: expect.stringContaining(`schema ${newer}, this one knows ${known}`) as string,
    });
  });

  it.each([
    ["UPDATE audit_entries SET actor = 'eve'", "audit entries cannot be changed"],
    ["DELETE FROM audit_entries", "audit entries cannot be removed"],
    ["TRUNCATE audit_entries", "audit entries cannot be removed"],
    ["UPDATE audit_anchor SET sequence = 0", "the audit anchor only advances"],
    ["DELETE FROM audit_anchor", "the audit anchor cannot be removed"],
    ["DELETE FROM secrets", "hashes of secrets are kept for ever"],
    ["TRUNCATE secrets", "hashes of secrets are kept for ever"],
    ["UPDATE secrets SET sha256 = repeat('a', 64)", "hashes of secrets cannot be changed"],
  ])("refuses %s even by hand", async (statement, sentence) => {
    const place = makePostgresPlace();
    await (await place.openKeys()).keys.createKey(keyNamed("a"), audit);
    await expect(runSql(place.databaseUrl, statement)).rejects.toThrow(sentence);
  });
});

describe("a released step", () => {
  const digests = Object.entries(steps).flatMap(([adapter, lists]) =>
    Object.entries(lists).flatMap(([name, list]) =>
      list.map(({ sql }, index) => [`${adapter} ${name} ${index + 1}`, sha256(sql).slice(0, 16)] as const),
    ),
  );

  it("is never changed, since databases out there have taken it", () => {
    expect(Object.fromEntries(digests)).toMatchInlineSnapshot(`
      {
        "PostgreSQL exposures 1": "709a975b6dfda7d7",
        "PostgreSQL exposures 10": "9bae05bf3f66033f",
        "PostgreSQL exposures 11": "ba6a92b518a7203f",
        "PostgreSQL exposures 12": "be86066d7f03033b",
        "PostgreSQL exposures 13": "9d099fe72544eb5d",
        "PostgreSQL exposures 14": "1be3fc45a875973b",
        "PostgreSQL exposures 15": "4678aaf312d8198a",
        "PostgreSQL exposures 16": "6ae007f7cdad0c9d",
        "PostgreSQL exposures 2": "55ad0ca4cde56ce2",
        "PostgreSQL exposures 3": "29793415de242f68",
        "PostgreSQL exposures 4": "dfe0051938cb321c",
        "PostgreSQL exposures 5": "b4dfacae0f04ee8b",
        "PostgreSQL exposures 6": "0b0d83870ab4bab5",
        "PostgreSQL exposures 7": "4f8efd0fb5e03b0f",
        "PostgreSQL exposures 8": "521ea52b499594e8",
        "PostgreSQL exposures 9": "33b7e127602c7560",
        "PostgreSQL keys 1": "575d518abb1d66bc",
        "PostgreSQL keys 10": "b2bd4a88e0ef203f",
        "PostgreSQL keys 11": "ea23718375523ad8",
        "PostgreSQL keys 12": "f843a12bf5418359",
        "PostgreSQL keys 13": "0c32f44b7f70ce42",
        "PostgreSQL keys 2": "29f35243b11fc1ab",
        "PostgreSQL keys 3": "106d485792d078b7",
        "PostgreSQL keys 4": "f25457fb32f47bef",
        "PostgreSQL keys 5": "139b75003e1faeef",
        "PostgreSQL keys 6": "e5cd7190138cb55a",
        "PostgreSQL keys 7": "073a318b6803bc33",
        "PostgreSQL keys 8": "b429c0d2e2452c92",
        "PostgreSQL keys 9": "02ee96a290bd6dcb",
        "SQLite exposures 1": "5d1a95c717f6befb",
        "SQLite exposures 10": "3921dc9586a7aa81",
        "SQLite exposures 11": "bbaeb99f3a91f748",
        "SQLite exposures 12": "4d62849fe413fb87",
        "SQLite exposures 13": "c35780a06e2a4c6b",
        "SQLite exposures 14": "2d36c2395cca6b2a",
        "SQLite exposures 15": "4678aaf312d8198a",
        "SQLite exposures 16": "9ced7413ba6209e0",
        "SQLite exposures 2": "d7128618f68f94af",
        "SQLite exposures 3": "bea877be45b13ea7",
        "SQLite exposures 4": "1b00f7652620fcb5",
        "SQLite exposures 5": "b367fac02a3c5f69",
        "SQLite exposures 6": "f26d94dce0790fac",
        "SQLite exposures 7": "9004dd9698c0826e",
        "SQLite exposures 8": "33f7014274742463",
        "SQLite exposures 9": "9a2bd168970e27e8",
        "SQLite keys 1": "c77fc6103c219133",
        "SQLite keys 10": "d4bef0c156a0ffa6",
        "SQLite keys 11": "6dfd137012229c70",
        "SQLite keys 12": "addf14ab1238411f",
        "SQLite keys 13": "0c32f44b7f70ce42",
        "SQLite keys 2": "96579ef97545bef0",
        "SQLite keys 3": "1ea86ad38ace01b2",
        "SQLite keys 4": "6389fc9ba9ccf620",
        "SQLite keys 5": "214359e81cfc6d4d",
        "SQLite keys 6": "96c74d7f3f0992f0",
        "SQLite keys 7": "eda03a92ab69b4c5",
        "SQLite keys 8": "e15b1bcfc6c35e28",
        "SQLite keys 9": "272eff454e7e45ab",
      }
    `);
  });
});
