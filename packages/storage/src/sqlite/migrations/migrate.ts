import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../../schema/migration.ts";
import { type FoundTable, isOwnSchema } from "../../schema/foreign-schema.ts";
import { newerSchema } from "../../schema/newer-schema.ts";

/**
 * Brings a database forward to the newest version, one transaction a step.
 *
 * @throws StorageError STORAGE_NEWER_SCHEMA when a newer Keywarden has written it, STORAGE_CORRUPT when another program has
 */
export function migrate(database: DatabaseSync, migrations: readonly Migration[], nowMs: number): void {
  isOwnSchema(readTables(database), "the database");
  database.exec(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
       version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT`,
  );
  const row = database.prepare("SELECT coalesce(max(version), 0) AS version FROM schema_migrations").get();
  const version = Number(row?.["version"]);
  if (version > migrations.length) throw newerSchema(version, migrations.length);
  for (const [index, migration] of migrations.entries())
    if (index >= version) apply(database, migration, index + 1, nowMs);
}

function readTables(database: DatabaseSync): readonly FoundTable[] {
  const rows = database
    .prepare(
      `SELECT t.name, group_concat(c.name, ' ') AS columns FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' GROUP BY t.name`,
    )
    .all();
  return rows.map(({ name, columns }) => ({ name: String(name), columns: String(columns).split(" ") }));
}

function apply(database: DatabaseSync, migration: Migration, version: number, nowMs: number): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(migration.sql);
    database.prepare("INSERT INTO schema_migrations VALUES (?, ?, ?)").run(version, migration.name, nowMs);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
