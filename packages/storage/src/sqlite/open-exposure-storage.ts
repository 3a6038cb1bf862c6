import type { Session } from "../sql/session.ts";
import { makeAuditLog } from "../sql/sql-audit-log.ts";
import { makeCheckpointStore } from "../sql/sql-checkpoint-store.ts";
import { makeDeliveryStore } from "../sql/sql-delivery-store.ts";
import { makeExposureStore } from "../sql/sql-exposure-store.ts";
import { makeJobQueue, type WorkSignal } from "../sql/sql-job-queue.ts";
import { makeRevokeIntentStore } from "../sql/sql-revoke-intent-store.ts";
import { makeTipStore } from "../sql/sql-tip-store.ts";
import type { ExposureStorage, ExposureStores, StorageOptions } from "../storages.ts";
import { exposureMigrations } from "./exposure-migrations.ts";
import { openSession } from "./open-session.ts";

/**
 * Opens the GitHub App's storage in a data directory, which belongs to this process until it is closed or ends.
 * Jobs that a process before was running are queued again, due at once.
 *
 * @throws StorageError STORAGE_LOCKED, STORAGE_UNWRITABLE, STORAGE_CORRUPT, STORAGE_NEWER_SCHEMA, STORAGE_UNSUPPORTED
 */
export async function openExposureStorage(options: StorageOptions): Promise<ExposureStorage> {
  const { session, clock, close } = await openSession(options, {
    fileName: "exposures.db",
    migrations: exposureMigrations,
    // Retries and leases must not be held up for as long as a clock was set back.
    whenSetBack: "tick",
  });
  try {
    await releaseRunning(session);
  } catch (error) {
    await close();
    throw error;
  }
  const signal: WorkSignal = { listeners: new Set() };
  return {
    ...makeExposureStores(session, signal),
    now: () => clock.now(),
    behindMs: () => clock.behindMs(),
    transaction: (work) => session.mutate((transaction) => work(makeExposureStores(transaction, signal))),
    close,
  };
}

// The directory's lock is held, so whoever was running these is gone.
function releaseRunning(session: Session): Promise<void> {
  return session.mutate(async (transaction) => {
    await transaction.db
      .updateTable("jobs")
      .set({ state: "queued", worker: null, due_at_ms: transaction.now() })
      .where("state", "=", "running")
      .execute();
  });
}

function makeExposureStores(session: Session, signal: WorkSignal): ExposureStores {
  return {
    deliveries: makeDeliveryStore(session, signal),
    jobs: makeJobQueue(session, signal),
    exposures: makeExposureStore(session),
    intents: makeRevokeIntentStore(session),
    tips: makeTipStore(session),
    checkpoints: makeCheckpointStore(session),
    audit: makeAuditLog(session),
  };
}
