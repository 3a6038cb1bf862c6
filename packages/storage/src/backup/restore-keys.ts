import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { describeSystemError } from "@keywarden/key-format/words";
import { type Kysely, sql } from "kysely";
import { makePlaintextGuard, type PlaintextGuard } from "../plaintext-guard.ts";
import { rowsPerStatement } from "../sql/make-inserter.ts";
import { joinTransaction } from "../sql/session.ts";
import { unshared } from "../sqlite/unshared.ts";
import type { Tables } from "../sql/tables.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import { makeSqliteRestoreTarget } from "../sqlite/make-restore-target.ts";
import { StorageError } from "../storage-error.ts";
import type { StorageOptions } from "../storages.ts";
import {
  type BackupHeader,
  type BackupTrailer,
  damaged,
  makeLineDigest,
  parseLine,
  readHeader,
} from "./backup-format.ts";
import type { BackupSummary } from "./backup-keys.ts";
import { keyTables } from "./key-tables.ts";
import type { RestoreTarget } from "./restore-target.ts";

/** Who moves from one database to another restores within that, and uses are counted in days. */
const MOST_UNRECORDED_MS = 3_600_000;

/**
 * Makes a key storage from a backup of either database, where none is yet. It is there whole, with an audit that
 * verifies up to the entry that the backup names, or not at all.
 *
 * @throws StorageError STORAGE_NOT_EMPTY, STORAGE_CORRUPT, STORAGE_NEWER_SCHEMA, STORAGE_UNWRITABLE, STORAGE_UNREACHABLE
 */
export async function restoreKeys(options: StorageOptions, file: string): Promise<BackupSummary> {
  const guard = makePlaintextGuard(options.providers);
  const nowMs = Math.floor(options.clock());
  const target = await chooseTarget(options);
  const stream = createReadStream(file, "utf8");
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const next = async () => {
    try {
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    } catch (error) {
      throw new StorageError(
        "STORAGE_UNWRITABLE",
        `cannot read the backup ${file}: ${describeSystemError(error)}`,
        {
          cause: error,
        },
      );
    }
  };
  try {
    const firstLine = await next();
    const header = readHeader(firstLine);
    const digest = makeLineDigest();
    digest.add(firstLine ?? "");
    const counts = { keys: 0, rows: 0 };
    await target.make(
      header.schemaVersion,
      {
        fill: async (db) => void Object.assign(counts, await fill(db, next, digest, guard)),
        finish: async (db) => {
          await finish(db, header, guard, target);
          // Nobody knows which keys were used since then.
          if (nowMs - header.highWaterMs > MOST_UNRECORDED_MS)
            await db.updateTable("keys").set({ tracking_since_ms: nowMs }).execute();
        },
      },
      nowMs,
    );
    return { ...counts, audit: header.audit };
  } finally {
    stream.destroy();
  }
}

async function chooseTarget({ path, databaseUrl = null }: StorageOptions): Promise<RestoreTarget> {
  if (databaseUrl === null) return makeSqliteRestoreTarget(path);
  const { makePostgresRestoreTarget } = await import("../postgres/make-restore-target.ts");
  return makePostgresRestoreTarget(databaseUrl);
}

async function fill(
  db: Kysely<Tables>,
  next: () => Promise<string | undefined>,
  digest: ReturnType<typeof makeLineDigest>,
  guard: PlaintextGuard,
) {
  let rows = 0;
  let keys = 0;
  let table: { readonly name: keyof Tables; readonly columns: readonly string[] } | null = null;
  let batch: Record<string, unknown>[] = [];
  const flush = async () => {
    if (table !== null && batch.length > 0) await insert(db, table.name, batch);
    batch = [];
    await setImmediate();
  };
  for (;;) {
    const line = await next();
    if (line === undefined) throw damaged("its end is missing");
    const value = parseLine(line);
    if (isTrailer(value)) {
      await flush();
      if (value.rows !== rows || value.sha256 !== digest.digest())
        throw damaged("it was changed or damaged after it was written");
      if ((await next()) !== undefined) throw damaged("there is more after its end");
      return { keys, rows };
    }
    digest.add(line);
    if (Array.isArray(value)) {
      if (table === null || value.length !== table.columns.length)
        throw damaged("a row does not fit its table");
      const cells = table.columns.map((column, index): [string, unknown] => [
        column,
        checkCell(value[index], guard),
      ]);
      batch.push(Object.fromEntries(cells));
      rows += 1;
      if (table.name === "keys") keys += 1;
      if (batch.length === rowsPerStatement) await flush();
      continue;
    }
    await flush();
    table = readTable(value);
  }
}

// Which columns there are depends on the version that wrote them, so the database checks them.
async function insert(
  db: Kysely<Tables>,
  table: keyof Tables,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  try {
    await db.insertInto(table).values(rows).execute();
  } catch (error) {
    const isContradiction =
      error instanceof StorageError && ["STORAGE_BAD_VALUE", "STORAGE_DUPLICATE"].includes(error.code);
    throw isContradiction ? damaged("its rows contradict each other") : error;
  }
}

function checkCell(cell: unknown, guard: PlaintextGuard): unknown {
  if (cell === null || typeof cell === "number") return cell;
  if (typeof cell === "string") return guard.checkText(cell, "a row of the backup");
  throw damaged("a row holds what no column can");
}

function readTable(value: unknown): { readonly name: keyof Tables; readonly columns: readonly string[] } {
  const { table, columns } = (value ?? {}) as { table?: unknown; columns?: unknown };
  const known = keyTables.find(({ name }) => name === table);
  const isFine =
    Array.isArray(columns) &&
    columns.every((column): column is string => typeof column === "string" && /^[a-z0-9_]+$/.test(column));
  if (known === undefined || !isFine) throw damaged("it has a table that this version does not know");
  return { name: known.name, columns };
}

function isTrailer(value: unknown): value is BackupTrailer {
  return typeof value === "object" && value !== null && "sha256" in value && "rows" in value;
}

async function finish(
  db: Kysely<Tables>,
  header: BackupHeader,
  guard: PlaintextGuard,
  { locksRows }: RestoreTarget,
): Promise<void> {
  const { sequence, hash } = header.audit;
  if (sequence > 0)
    await db.updateTable("audit_anchor").set({ sequence, hash }).where("id", "=", 1).execute();
  await db.updateTable("high_water").set({ at_ms: header.highWaterMs }).where("id", "=", 1).execute();
  const session = joinTransaction(db, {
    guard,
    sharing: { ...unshared, locksRows },
    nowMs: header.highWaterMs,
    afterwards: [],
    appended: new Set(),
  });
  const result = await verifyAudit(session, header.audit);
  if (!result.ok) throw damaged(`its audit does not verify: ${result.reason}`);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table("keys")} as k where not exists (
      select 1 from ${sql.table("secrets")} as s where s.key_id = k.id and s.generation = k.generation)`.execute(
    db,
  );
  if (Number(rows[0]?.count) > 0) throw damaged("a key in it has no secret");
}
