import { makeAuditLog } from "../sql/sql-audit-log.ts";
import type { Session } from "../sql/session.ts";
import { makeKeyStore } from "../sql/sql-key-store.ts";
import { makeTokenStore } from "../sql/sql-token-store.ts";
import type { KeyStorage, KeyStores, StorageOptions } from "../storages.ts";
import { keyMigrations } from "./key-migrations.ts";
import { openSession } from "./open-session.ts";

/**
 * Opens the key server's storage in a data directory, which belongs to this process until it is closed or ends.
 *
 * @throws StorageError STORAGE_LOCKED, STORAGE_UNWRITABLE, STORAGE_CORRUPT, STORAGE_NEWER_SCHEMA, STORAGE_UNSUPPORTED
 */
export async function openKeyStorage(options: StorageOptions): Promise<KeyStorage> {
  const { session, clock, close } = await openSession(options, {
    fileName: "keys.db",
    migrations: keyMigrations,
    // A clock set back must not revive what has ended.
    whenSetBack: "hold",
  });
  return {
    ...makeKeyStores(session),
    now: () => clock.now(),
    behindMs: () => clock.behindMs(),
    transaction: (work) => session.mutate((transaction) => work(makeKeyStores(transaction))),
    close,
  };
}

function makeKeyStores(session: Session): KeyStores {
  return { keys: makeKeyStore(session), tokens: makeTokenStore(session), audit: makeAuditLog(session) };
}
