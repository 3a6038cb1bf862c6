import { randomBytes } from "node:crypto";
import { makeClock, makeTemporaryDirectory, sha256, type TestClock } from "@keywarden/testing";
import {
  type Clock,
  type ExposureStorage,
  type KeyStorage,
  openExposureStorage,
  openKeyStorage,
  type StorageOptions,
} from "@keywarden/storage";
import pg from "pg";
import { inject, onTestFinished } from "vitest";

/** Somewhere that storages can be opened in, closed and opened again; emptied when the test is over. */
export interface Place {
  readonly path: string;
  readonly clock: TestClock;
  /** What the storage is opened with. */
  readonly options: StorageOptions;
  openKeys(clock?: Clock): Promise<KeyStorage>;
  openExposures(clock?: Clock): Promise<ExposureStorage>;
}

const postgres = inject("postgres");

type Adapter = { readonly adapter: string; readonly makePlace: () => Place };

const sqlite: Adapter = { adapter: "SQLite", makePlace: makeSqlitePlace };
const postgresql: Adapter = { adapter: "PostgreSQL", makePlace: makePostgresPlace };

/** What the contract is held to: SQLite, and in the slow suite PostgreSQL too, where the machine has one. */
export const adapters: readonly Adapter[] =
  process.env["SUITE"] === "slow" && "url" in postgres ? [sqlite, postgresql] : [sqlite];

export function makeSqlitePlace(): Place {
  const directory = makeTemporaryDirectory();
  return makePlace({ path: directory.path }, () => directory.remove());
}

/** A place in the PostgreSQL of this test run, with schemas of its own. */
export function makePostgresPlace(): Place & { readonly databaseUrl: string } {
  if (!("url" in postgres)) throw new Error(postgres.missing);
  const name = `t${randomBytes(8).toString("hex")}`;
  const databaseUrl = `${postgres.url}?schema=${name}&pool_max=4`;
  const place = makePlace({ path: "unused", databaseUrl }, () =>
    runSql(postgres.url, `DROP SCHEMA IF EXISTS ${name}_keys, ${name}_exposures CASCADE`),
  );
  return { ...place, databaseUrl };
}

/** Whether PostgreSQL can be tested here; a skipped test says why where it cannot. */
export const postgresIsMissing = "missing" in postgres;

/** Ends the titles of what is skipped. */
export const postgresNote = "missing" in postgres ? ` (skipped: ${postgres.missing})` : "";

/** Runs statements as somebody with a database client would, past the storage. */
export async function runSql(databaseUrl: string, statements: string): Promise<readonly unknown[]> {
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get("schema");
  url.search = "";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    if (schema !== null) await client.query(`SET search_path TO ${schema}_keys, ${schema}_exposures`);
    const result: { rows?: unknown[] } = await client.query(statements);
    return result.rows ?? [];
  } finally {
    await client.end();
  }
}

function makePlace(
  where: { readonly path: string; readonly databaseUrl?: string },
  remove: () => void | Promise<unknown>,
): Place {
  const clock = makeClock();
  const opened: { close(): Promise<void> }[] = [];
  onTestFinished(async () => {
    for (const storage of opened) await storage.close();
    await remove();
  });
  const remember = <T extends { close(): Promise<void> }>(storage: T): T => {
    opened.push(storage);
    return storage;
  };
  return {
    path: where.path,
    clock,
    options: { ...where, clock },
    openKeys: async (own = clock) => remember(await openKeyStorage({ ...where, clock: own })),
    openExposures: async (own = clock) => remember(await openExposureStorage({ ...where, clock: own })),
  };
}

export const audit = { action: "test.acted", actor: "ada" } as const;

/** A secret as the storage takes it; the same name gives the same one. */
export function secretNamed(name: string) {
  return { sha256: sha256(name), prefix: "sk_live_", lastFour: name.slice(-4) } as const;
}

/** A key as the storage takes it, with a first secret of the name `<id>#1`. */
export function keyNamed(id: string) {
  return {
    id,
    provider: "aforo",
    name: `the key ${id}`,
    kind: "secret",
    environment: "production",
    label: "live",
    secret: secretNamed(`${id}#1`),
  } as const;
}
