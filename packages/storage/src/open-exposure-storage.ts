import { openSession } from "./open-session.ts";
import { exposureSchema } from "./schema/schema-definition.ts";
import type { Session } from "./sql/session.ts";
import { makeAuditLog } from "./audit/sql-audit-log.ts";
import { makeCheckpointStore } from "./exposures/sql-checkpoint-store.ts";
import { makeDeliveryStore } from "./jobs/sql-delivery-store.ts";
import { makeDecisionStore } from "./exposures/sql-decision-store.ts";
import { makeCommitReportStore } from "./exposures/sql-commit-report-store.ts";
import { makeRepositoryStore } from "./exposures/sql-repository-store.ts";
import { makeControlStore } from "./exposures/sql-control-store.ts";
import { makeIssueStore } from "./exposures/sql-issue-store.ts";
import { makeReplacementStore } from "./replacements/sql-replacement-store.ts";
import { makeExposureStore } from "./exposures/sql-exposure-store.ts";
import { makeJobQueue } from "./jobs/sql-job-queue.ts";
import { makeProvenanceStore } from "./exposures/sql-provenance-store.ts";
import { makeRevokeIntentStore } from "./exposures/sql-revoke-intent-store.ts";
import { makeTipStore } from "./exposures/sql-tip-store.ts";
import { type KnownTokens, makeKnownTokens, withoutRecall } from "./tokens/known-tokens.ts";
import { makeTokenStore } from "./tokens/sql-token-store.ts";
import type { WorkSignal } from "./jobs/work-signal.ts";
import type { ExposureStorage, ExposureStores, StorageOptions } from "./storages.ts";

/**
 * Opens the GitHub App's storage: the PostgreSQL that is named, which other processes may use too, or else SQLite in
 * a data directory, which belongs to this process until it is closed or ends. In a directory, jobs that a process
 * before was running are queued again, due at once; in PostgreSQL they stay with their workers until the lease ends.
 *
 * @throws StorageError STORAGE_LOCKED, STORAGE_UNWRITABLE, STORAGE_CORRUPT, STORAGE_NEWER_SCHEMA, STORAGE_UNSUPPORTED,
 * STORAGE_UNREACHABLE, STORAGE_BAD_VALUE
 */
export async function openExposureStorage(options: StorageOptions): Promise<ExposureStorage> {
  const signal: WorkSignal = { listeners: new Set() };
  const known = makeKnownTokens();
  const { session, clock, isExclusive, close } = await openSession(options, exposureSchema, signal);
  try {
    if (isExclusive) await releaseRunning(session);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...makeExposureStores(session, signal, known),
    now: () => clock.now(),
    behindMs: () => clock.behindMs(),
    transaction: (work, { isRepeatable = false } = {}) =>
      session.mutate(
        (transaction) => work(makeExposureStores(transaction, signal, withoutRecall(known))),
        isRepeatable && isExclusive ? "soon" : "at-once",
      ),
    close,
  };
}

// Nobody else can be at work here, so whoever was running these is gone.
function releaseRunning(session: Session): Promise<void> {
  return session.mutate(async (transaction) => {
    await transaction.db
      .updateTable("jobs")
      .set({ state: "queued", worker: null, due_at_ms: transaction.now() })
      .where("state", "=", "running")
      .execute();
  });
}

function makeExposureStores(session: Session, signal: WorkSignal, known: KnownTokens): ExposureStores {
  return {
    deliveries: makeDeliveryStore(session, signal),
    jobs: makeJobQueue(session, signal),
    exposures: makeExposureStore(session),
    controls: makeControlStore(session),
    issues: makeIssueStore(session),
    replacements: makeReplacementStore(session),
    repositories: makeRepositoryStore(session),
    reports: makeCommitReportStore(session),
    decisions: makeDecisionStore(session),
    intents: makeRevokeIntentStore(session),
    tips: makeTipStore(session),
    provenance: makeProvenanceStore(session),
    checkpoints: makeCheckpointStore(session),
    tokens: makeTokenStore(session, known),
    audit: makeAuditLog(session),
  };
}
