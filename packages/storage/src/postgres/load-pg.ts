import type { CustomTypesConfig } from "pg";
import { StorageError } from "../storage-error.ts";

/** Loads node-postgres, which only those pay for who name a database; bigint comes back as a number. */
export async function loadPg() {
  const { default: pg } = await import("pg");
  const types: CustomTypesConfig = {
    getTypeParser: (type, format) =>
      type === pg.types.builtins.INT8 && format !== "binary"
        ? readInteger
        : pg.types.getTypeParser(type, format),
  };
  return { Pool: pg.Pool, Client: pg.Client, types };
}

// Every bigint that we store is a count, a position in a list or epoch milliseconds.
function readInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new StorageError("STORAGE_CORRUPT", "cannot read the database: a number in it is too large");
}
