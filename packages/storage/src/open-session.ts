import type { SchemaDefinition } from "./schema/schema-definition.ts";
import type { OpenedSession } from "./sql/opened-session.ts";
import type { WorkSignal } from "./jobs/work-signal.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";
import type { StorageOptions } from "./storages.ts";

/** Opens the PostgreSQL that the options name, else SQLite in their directory, and continues its time where it was left. */
export async function openSession(
  options: StorageOptions,
  schema: SchemaDefinition,
  signal?: WorkSignal,
): Promise<OpenedSession> {
  const { databaseUrl = null } = options;
  if (databaseUrl === null) return openSqlite(options, schema);
  // Only who names a database loads node-postgres.
  const { openPostgres } = await import("./postgres/open-postgres.ts");
  return openPostgres({ ...options, databaseUrl }, schema, signal);
}
