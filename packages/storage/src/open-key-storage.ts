import { openSession } from "./open-session.ts";
import { keySchema } from "./schema/schema-definition.ts";
import type { Session } from "./sql/session.ts";
import { makeAlertRuleStore } from "./monitoring/sql-alert-rule-store.ts";
import { makeAuditLog } from "./audit/sql-audit-log.ts";
import { makeConsoleSessionStore } from "./console/sql-console-session-store.ts";
import { makeOneTimeCodeStore } from "./console/sql-one-time-code-store.ts";
import { makeJobQueue } from "./jobs/sql-job-queue.ts";
import { makeKeyStore } from "./keys/sql-key-store.ts";
import { makeRequestStore } from "./keys/sql-request-store.ts";
import { makeRotationRecordStore } from "./rotations/sql-rotation-record-store.ts";
import { makeSecurityEventStore } from "./monitoring/sql-security-event-store.ts";
import { type KnownTokens, makeKnownTokens, withoutRecall } from "./tokens/known-tokens.ts";
import { makeTokenStore } from "./tokens/sql-token-store.ts";
import { makeUsageStore } from "./usage/sql-usage-store.ts";
import type { KeyStorage, KeyStores, StorageOptions } from "./storages.ts";

/**
 * Opens the key server's storage: the PostgreSQL that is named, which other processes may use too, or else SQLite in
 * a data directory, which belongs to this process until it is closed or ends.
 *
 * @throws StorageError STORAGE_LOCKED, STORAGE_UNWRITABLE, STORAGE_CORRUPT, STORAGE_NEWER_SCHEMA, STORAGE_UNSUPPORTED,
 * STORAGE_UNREACHABLE, STORAGE_BAD_VALUE
 */
export async function openKeyStorage(options: StorageOptions): Promise<KeyStorage> {
  const { session, clock, close } = await openSession(options, keySchema);
  const known = makeKnownTokens();
  const { feed } = session.sharing;
  // A change of a token is of no key.
  feed.watch((keyId) => {
    if (keyId === null) known.forgetAll();
  });
  return {
    ...makeKeyStores(session, known),
    watchAudit: (listener) => {
      session.appended.add(listener);
      return () => session.appended.delete(listener);
    },
    feed,
    learnFormats: (formats) => session.guard.learn(formats),
    rates: session.sharing.rates(session),
    now: () => clock.now(),
    behindMs: () => clock.behindMs(),
    transaction: (work) =>
      session.mutate((transaction) => work(makeKeyStores(transaction, withoutRecall(known)))),
    close,
  };
}

function makeKeyStores(session: Session, known: KnownTokens): KeyStores {
  return {
    keys: makeKeyStore(session),
    tokens: makeTokenStore(session, known),
    requests: makeRequestStore(session),
    usage: makeUsageStore(session),
    securityEvents: makeSecurityEventStore(session),
    alertRules: makeAlertRuleStore(session),
    rotations: makeRotationRecordStore(session),
    consoleSessions: makeConsoleSessionStore(session),
    oneTimeCodes: makeOneTimeCodeStore(session),
    jobs: makeJobQueue(session, { listeners: new Set() }),
    audit: makeAuditLog(session),
  };
}
