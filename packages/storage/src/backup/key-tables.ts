import type { Tables } from "../sql/tables.ts";

/** A table in a backup, and the columns by which its rows are ordered and told apart. */
export interface BackedUpTable {
  readonly name: keyof Tables;
  readonly order: readonly string[];
  /** The version of the schema that brought the table; absent for those that were always there. */
  readonly sinceVersion?: number;
}

/** Everything that a key server must not lose, with tables that others refer to first. */
export const keyTables: readonly BackedUpTable[] = [
  { name: "keys", order: ["id"] },
  { name: "secrets", order: ["key_id", "generation"] },
  { name: "purged_secrets", order: ["sha256"], sinceVersion: 11 },
  { name: "tokens", order: ["id"] },
  { name: "requests", order: ["id"], sinceVersion: 3 },
  { name: "alert_rules", order: ["id"], sinceVersion: 5 },
  { name: "security_events", order: ["id"], sinceVersion: 5 },
  { name: "rotations", order: ["id"], sinceVersion: 8 },
  { name: "audit_entries", order: ["sequence"] },
];
