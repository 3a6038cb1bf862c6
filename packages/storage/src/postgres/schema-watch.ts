import { type RawBuilder, sql } from "kysely";
import { newerSchema } from "../schema/newer-schema.ts";

/** Ends this process's use of a schema that a newer program brings forward: what that one keeps is not known here. */
export interface SchemaWatch {
  /** The schema's version, as a part of a query. */
  readonly version: RawBuilder<number>;
  /**
   * Notes a version that was read; without one, looks at those that were.
   *
   * @throws StorageError STORAGE_NEWER_SCHEMA, from the first newer one on
   */
  check(version?: number): void;
}

export function makeSchemaWatch(schema: string, known: number): SchemaWatch {
  let newest = known;
  return {
    version: sql<number>`(select max(version) from ${sql.table(`${schema}.schema_migrations`)})`,
    check(version = known) {
      newest = Math.max(newest, version);
      if (newest > known) throw newerSchema(newest, known);
    },
  };
}
