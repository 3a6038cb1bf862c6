import { Kysely, sql } from "kysely";
import type { BackupSource, Row } from "../backup/backup-source.ts";
import { newerSchema } from "../schema/newer-schema.ts";
import type { Tables } from "../sql/tables.ts";
import { StorageError } from "../storage-error.ts";
import { readConnectionSettings } from "./connection-settings.ts";
import { keyMigrations } from "./migrations/key-migrations.ts";
import { readVersion } from "./migrations/migrate.ts";
import { openPool } from "./open-pool.ts";

const batchSize = 1000;

/** Reads a schema's keys as they are at this moment, while other processes go on writing. */
export async function openPostgresBackupSource(databaseUrl: string): Promise<BackupSource> {
  const settings = readConnectionSettings(databaseUrl);
  const schema = `${settings.schema}_keys`;
  const { dialect, close } = await openPool(settings);
  const db = new Kysely<Tables>({ dialect });
  const snapshot = await db
    .startTransaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute()
    .catch(async (error: unknown) => {
      await close();
      throw error;
    });
  const end = async () => {
    await snapshot.rollback().execute();
    await close();
  };
  try {
    const schemaVersion = await readVersion(snapshot, schema);
    if (schemaVersion === 0)
      throw new StorageError(
        "STORAGE_UNWRITABLE",
        `there is nothing to back up at ${settings.location}: no schema ${schema}`,
      );
    if (schemaVersion > keyMigrations.length) throw newerSchema(schemaVersion, keyMigrations.length);
    return {
      schemaVersion,
      async *rows({ name, order }) {
        const columns = sql.join(order.map((column) => sql.ref(column)));
        await sql`declare backup no scroll cursor for
          select * from ${sql.table(`${schema}.${name}`)} order by ${columns}`.execute(snapshot);
        try {
          for (;;) {
            const { rows } = await sql.raw<Row>(`fetch ${batchSize} from backup`).execute(snapshot);
            if (rows.length === 0) break;
            yield rows;
          }
        } finally {
          await sql`close backup`.execute(snapshot);
        }
      },
      close: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
