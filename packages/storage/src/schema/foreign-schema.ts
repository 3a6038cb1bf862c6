import { StorageError } from "../storage-error.ts";

const ownTable = "schema_migrations";
const ownColumns = ["version", "name", "applied_at_ms"];

export interface FoundTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * Tells whether tables were made by migrations of Keywarden; false where there are none. Other programs count their
 * versions in a table of the same name.
 *
 * @throws StorageError STORAGE_CORRUPT where they are another program's
 */
export function isOwnSchema(tables: readonly FoundTable[], where: string): boolean {
  const [first] = tables;
  if (first === undefined) return false;
  const own = tables.find(({ name }) => name === ownTable);
  if (own !== undefined && ownColumns.every((column) => own.columns.includes(column))) return true;
  throw new StorageError(
    "STORAGE_CORRUPT",
    `cannot use ${where}: its table ${(own ?? first).name} is another program's; choose another one`,
  );
}
