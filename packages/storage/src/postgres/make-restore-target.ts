import { Kysely } from "kysely";
import type { RestoreTarget } from "../backup/restore-target.ts";
import type { Tables } from "../sql/tables.ts";
import { StorageError } from "../storage-error.ts";
import { readConnectionSettings } from "./connection-settings.ts";
import { keyMigrations } from "./migrations/key-migrations.ts";
import { migrateWithin, readVersion } from "./migrations/migrate.ts";
import { openPool } from "./open-pool.ts";

/** Restores into a database that has no keys yet, in one transaction. */
export function makePostgresRestoreTarget(databaseUrl: string): RestoreTarget {
  const settings = readConnectionSettings(databaseUrl);
  const schema = `${settings.schema}_keys`;
  return {
    location: settings.location,
    locksRows: true,
    async make(schemaVersion, { fill, finish }, nowMs) {
      const { dialect, close } = await openPool(settings);
      try {
        const db = new Kysely<Tables>({ dialect }).withSchema(schema);
        await db.transaction().execute(async (transaction) => {
          if ((await readVersion(transaction, schema)) > 0)
            throw new StorageError(
              "STORAGE_NOT_EMPTY",
              `cannot restore into ${settings.location}: it has a schema ${schema}; drop it first, or name another with ?schema=`,
            );
          await migrateWithin(transaction, schema, keyMigrations.slice(0, schemaVersion), nowMs);
          await fill(transaction);
          await migrateWithin(transaction, schema, keyMigrations, nowMs);
          await finish(transaction);
        });
      } finally {
        await close();
      }
    },
  };
}
