import type { AuditEntry } from "./audit-log.ts";
import { hashEntry } from "./audit-chain.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import type { JsonObject } from "../json/json.ts";
import { StorageError } from "../storage-error.ts";
import type { AuditEntryTable } from "../sql/tables.ts";

/** Reads an entry back. @throws StorageError STORAGE_CORRUPT when its details are not JSON */
export function auditEntryFromRow(row: AuditEntryTable): AuditEntry {
  const details = parseDetails(row.details);
  if (details === null)
    throw new StorageError(
      "STORAGE_CORRUPT",
      `cannot read audit entry ${row.sequence}: its details are not JSON; run the audit's verification`,
    );
  return {
    sequence: row.sequence,
    atMs: row.at_ms,
    action: row.action,
    actor: row.actor,
    subject: row.subject,
    provider: row.provider,
    details,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** Tells whether a row is, byte for byte, what was written under its hash. */
export function isUnedited(row: AuditEntryTable): boolean {
  const details = parseDetails(row.details);
  return (
    details !== null &&
    canonicalJson(details) === row.details &&
    hashEntry(auditEntryFromRow(row)) === row.hash
  );
}

function parseDetails(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
