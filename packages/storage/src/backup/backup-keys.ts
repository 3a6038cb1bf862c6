import { open, rename, rm } from "node:fs/promises";
import { describeWriteError } from "@keywarden/key-format/words";
import type { AuditAnchor } from "../audit/audit-log.ts";
import { openSqliteBackupSource } from "../sqlite/open-backup-source.ts";
import { StorageError } from "../storage-error.ts";
import type { StorageOptions } from "../storages.ts";
import { type BackupHeader, makeLineDigest } from "./backup-format.ts";
import type { BackupSource, Row } from "./backup-source.ts";
import { keyTables } from "./key-tables.ts";

export interface BackupSummary {
  readonly keys: number;
  readonly rows: number;
  readonly audit: AuditAnchor;
}

/**
 * Writes a key storage as it is at this moment into a new file of mode 0600, durable when the promise resolves. It
 * holds hashes and metadata, no key. Servers may go on writing meanwhile.
 *
 * @throws StorageError STORAGE_NOT_EMPTY when the file exists; STORAGE_UNWRITABLE, STORAGE_CORRUPT, STORAGE_UNREACHABLE
 */
export async function backupKeys(options: StorageOptions, file: string): Promise<BackupSummary> {
  const source = await openSource(options);
  try {
    return await writeNewFile(file, (write) => writeBackup(source, options.clock(), write));
  } finally {
    await source.close();
  }
}

async function openSource({ path, databaseUrl = null }: StorageOptions): Promise<BackupSource> {
  if (databaseUrl === null) return openSqliteBackupSource(path);
  const { openPostgresBackupSource } = await import("../postgres/open-backup-source.ts");
  return openPostgresBackupSource(databaseUrl);
}

async function writeBackup(
  source: BackupSource,
  takenAtMs: number,
  write: (text: string) => Promise<void>,
): Promise<BackupSummary> {
  const digest = makeLineDigest();
  const writeLines = async (values: readonly unknown[]) => {
    const lines = values.map((value) => JSON.stringify(value));
    for (const line of lines) digest.add(line);
    if (lines.length > 0) await write(`${lines.join("\n")}\n`);
  };
  const mark = await readOne(source, "high_water");
  const anchor = await readOne(source, "audit_anchor");
  const audit = { sequence: Number(anchor["sequence"]), hash: String(anchor["hash"]) };
  const header: BackupHeader = {
    format: "keywarden-keys-backup",
    formatVersion: 1,
    schemaVersion: source.schemaVersion,
    takenAtMs,
    highWaterMs: Number(mark["at_ms"]),
    audit,
  };
  await writeLines([header]);
  const counts = new Map<string, number>();
  for (const table of keyTables) {
    if ((table.sinceVersion ?? 1) > source.schemaVersion) continue;
    let count = 0;
    for await (const rows of source.rows(table)) {
      const [first] = rows;
      if (count === 0 && first !== undefined)
        await writeLines([{ table: table.name, columns: Object.keys(first) }]);
      await writeLines(rows.map((row) => Object.values(row)));
      count += rows.length;
    }
    counts.set(table.name, count);
  }
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  await write(`${JSON.stringify({ rows, sha256: digest.digest() })}\n`);
  return { keys: counts.get("keys") ?? 0, rows, audit };
}

async function readOne(source: BackupSource, name: "high_water" | "audit_anchor"): Promise<Row> {
  for await (const [row] of source.rows({ name, order: ["id"] })) if (row !== undefined) return row;
  throw new StorageError("STORAGE_CORRUPT", `cannot back up the database: its table ${name} is empty`);
}

// Until it is whole the file has another name, so that half a backup is never taken for one.
async function writeNewFile<T>(
  path: string,
  work: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const draft = `${path}.unfinished`;
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch (error) {
    throw fileError(path, error);
  }
  try {
    await rm(draft, { force: true });
    const file = await open(draft, "wx", 0o600);
    let result: T;
    try {
      result = await work(async (text) => void (await file.write(text)));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    return result;
  } catch (error) {
    await rm(draft, { force: true });
    await rm(path, { force: true });
    throw error instanceof StorageError ? error : fileError(path, error);
  }
}

function fileError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "EEXIST")
    return new StorageError("STORAGE_NOT_EMPTY", `${path} exists already; a backup never overwrites a file`);
  const code = error.code === "ENOSPC" ? "STORAGE_FULL" : "STORAGE_UNWRITABLE";
  return new StorageError(code, `cannot write the backup to ${path}: ${describeWriteError(error)}`, {
    cause: error,
  });
}
