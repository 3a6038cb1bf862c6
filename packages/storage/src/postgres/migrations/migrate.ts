import { type Kysely, sql } from "kysely";
import type { Migration } from "../../schema/migration.ts";
import { isOwnSchema } from "../../schema/foreign-schema.ts";
import { newerSchema } from "../../schema/newer-schema.ts";
import { StorageError } from "../../storage-error.ts";
import type { Tables } from "../../sql/tables.ts";

// Any number that only Keywarden locks; the name of the schema makes the second half.
const lockSpace = 0x6b_77;

/**
 * Makes the schema where it is missing and brings it forward to the newest version, in one transaction, however many
 * processes begin at once.
 *
 * @throws StorageError STORAGE_NEWER_SCHEMA when a newer Keywarden has written it, STORAGE_CORRUPT when another program has
 */
export async function migrate(
  db: Kysely<Tables>,
  schema: string,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<void> {
  if ((await readVersion(db, schema)) === migrations.length) return;
  await db.transaction().execute((transaction) => migrateWithin(transaction, schema, migrations, nowMs));
}

/** The same inside a transaction that has begun; nobody else migrates this schema until it ends. */
export async function migrateWithin(
  transaction: Kysely<Tables>,
  schema: string,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<void> {
  // Another process may be at it, and large tables take their time.
  await sql`set local lock_timeout = '60s'`.execute(transaction);
  await sql`select pg_advisory_xact_lock(${lockSpace}, hashtext(${schema}))`.execute(transaction);
  const version = await readVersion(transaction, schema);
  if (version > migrations.length) throw newerSchema(version, migrations.length);
  await requireUtf8(transaction);
  if (version === 0) await makeSchema(transaction, schema);
  await sql`set local search_path to ${sql.id(schema)}`.execute(transaction);
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    await sql.raw(migration.sql).execute(transaction);
    await sql`insert into schema_migrations values (${index + 1}, ${migration.name}, ${nowMs})`.execute(
      transaction,
    );
  }
}

/**
 * Reads a schema's version; 0 where there is none.
 *
 * @throws StorageError STORAGE_CORRUPT where it is another program's
 */
export async function readVersion(db: Kysely<Tables>, schema: string): Promise<number> {
  const table = `${schema}.schema_migrations`;
  // to_regclass would answer from a cache that does not yet know what another process has just made.
  const { rows: found } = await sql<{ name: string; columns: string }>`
    select c.relname as name, coalesce(string_agg(a.attname, ' '), '') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where n.nspname = ${schema} and c.relkind in ('r', 'p') group by c.relname order by c.relname`.execute(
    db,
  );
  const tables = found.map(({ name, columns }) => ({ name, columns: columns.split(" ") }));
  if (!isOwnSchema(tables, `the schema ${schema}`)) return 0;
  const { rows } = await sql<{
    version: number;
  }>`select coalesce(max(version), 0) as version from ${sql.table(table)}`.execute(db);
  return rows[0]?.version ?? 0;
}

// CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where it exists.
async function makeSchema(db: Kysely<Tables>, schema: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db);
  if (rows.length === 0) await sql`create schema ${sql.id(schema)}`.execute(db);
  await sql`create table ${sql.table(`${schema}.schema_migrations`)} (
    version integer primary key, name text not null, applied_at_ms bigint not null)`.execute(db);
}

async function requireUtf8(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ encoding: string }>`
    select pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`.execute(
    db,
  );
  const encoding = rows[0]?.encoding ?? "unknown";
  if (encoding !== "UTF8")
    throw new StorageError(
      "STORAGE_UNSUPPORTED",
      `cannot use the database: its encoding is ${encoding}; create it with ENCODING 'UTF8' TEMPLATE template0`,
    );
}
