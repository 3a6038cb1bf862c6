import { findPostgres, startPostgres } from "@keywarden/testing";

/** Where the App keeps what it knows. */
export interface StorageUnderTest {
  /** Nothing for SQLite in the data directory. */
  readonly databaseUrl: string | null;
  stop(): Promise<void>;
}

/** The storages on which the App runs: PostgreSQL where the machine has one. */
export const storagesUnderTest: readonly {
  readonly storage: string;
  readonly start: () => Promise<StorageUnderTest>;
}[] = [
  { storage: "SQLite", start: async () => ({ databaseUrl: null, stop: async () => {} }) },
  ...("missing" in findPostgres() ? [] : [{ storage: "PostgreSQL", start: startDatabase }]),
];

/** Starts an empty PostgreSQL. */
export async function startDatabase(): Promise<StorageUnderTest & { readonly databaseUrl: string }> {
  const server = await startPostgres();
  return { databaseUrl: server.url, stop: () => server.stop() };
}
