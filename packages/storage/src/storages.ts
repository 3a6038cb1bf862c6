import type { ProviderProfile } from "@keywarden/key-format";
import type { AlertRuleStore } from "./monitoring/alert-rule-store.ts";
import type { AuditLog } from "./audit/audit-log.ts";
import type { CheckpointStore } from "./exposures/checkpoint-store.ts";
import type { ChangeFeed } from "./sql/change-feed.ts";
import type { Clock } from "./time/clock.ts";
import type { ConsoleSessionStore } from "./console/console-session-store.ts";
import type { DeliveryStore } from "./jobs/delivery-store.ts";
import type { DecisionStore } from "./exposures/decision-store.ts";
import type { CommitReportStore } from "./exposures/commit-report-store.ts";
import type { RepositoryStore } from "./exposures/repository-store.ts";
import type { ControlStore } from "./exposures/control-store.ts";
import type { IssueStore } from "./exposures/issue-store.ts";
import type { ReplacementStore } from "./replacements/replacement-store.ts";
import type { ExposureStore } from "./exposures/exposure-store.ts";
import type { JobQueue } from "./jobs/job-queue.ts";
import type { KeyStore } from "./keys/key-store.ts";
import type { OneTimeCodeStore } from "./console/one-time-code-store.ts";
import type { ProvenanceStore } from "./exposures/provenance-store.ts";
import type { RateStore } from "./rates/rate-store.ts";
import type { RequestStore } from "./keys/request-store.ts";
import type { RotationRecordStore } from "./rotations/rotation-record-store.ts";
import type { RevokeIntentStore } from "./exposures/revoke-intent-store.ts";
import type { SecurityEventStore } from "./monitoring/security-event-store.ts";
import type { TipStore } from "./exposures/tip-store.ts";
import type { TokenStore } from "./tokens/token-store.ts";
import type { UsageStore } from "./usage/usage-store.ts";

export interface StorageOptions {
  /** The data directory, which is made (mode 0700) where it does not exist, or `:memory:`. */
  readonly path: string;
  /** `postgres://…`: a PostgreSQL to use instead of the directory. Several processes may use it at once. */
  readonly databaseUrl?: string | null;
  readonly clock: Clock;
  /** Providers of the user's own, whose keys the storage then also refuses to hold in plain text. */
  readonly providers?: readonly ProviderProfile[];
}

export interface KeyStores {
  readonly keys: KeyStore;
  readonly tokens: TokenStore;
  readonly requests: RequestStore;
  readonly usage: UsageStore;
  readonly securityEvents: SecurityEventStore;
  readonly alertRules: AlertRuleStore;
  /** Who carries out which rotation, and how far it is. */
  readonly rotations: RotationRecordStore;
  /** Who is signed in to the console. */
  readonly consoleSessions: ConsoleSessionStore;
  /** Codes of links that count once. */
  readonly oneTimeCodes: OneTimeCodeStore;
  /** What is sent to the webhooks of alerts. */
  readonly jobs: JobQueue;
  readonly audit: AuditLog;
}

export interface ExposureStores {
  readonly deliveries: DeliveryStore;
  readonly jobs: JobQueue;
  readonly repositories: RepositoryStore;
  readonly exposures: ExposureStore;
  readonly decisions: DecisionStore;
  readonly reports: CommitReportStore;
  readonly controls: ControlStore;
  readonly issues: IssueStore;
  /** Successors that are delivered before an exposed key is revoked. */
  readonly replacements: ReplacementStore;
  readonly intents: RevokeIntentStore;
  readonly tips: TipStore;
  readonly provenance: ProvenanceStore;
  readonly checkpoints: CheckpointStore;
  /** Of the App's own API. */
  readonly tokens: TokenStore;
  readonly audit: AuditLog;
}

export interface TransactionOptions {
  /**
   * Whether what a power cut takes back would be done again, as after an end of the process right before it: then it need not
   * wait for the disk where nobody shares the database, and is safe with the next transaction that does. False unless given.
   */
  readonly isRepeatable?: boolean;
}

interface Storage<Stores> {
  /**
   * The storage's time, which never runs backwards, across restarts too: what states must be derived with. Processes
   * that share a database follow the furthest of their clocks within a second.
   */
  now(): number;
  /** How far the machine's clock is behind the storage's time, in milliseconds: more than 0 after it was set back. */
  behindMs(): number;
  /**
   * Does all of the work or none of it. Use only the stores that are passed in: others wait for the end of this
   * transaction, so awaiting them inside never ends. No network inside, since everything else waits. Where processes
   * share a database the work is done again when another transaction got in its way, so it must have no effects of
   * its own.
   */
  transaction<T>(work: (stores: Stores) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Closes the files and frees the directory, or closes the connections; nothing else works afterwards. */
  close(): Promise<void>;
}

export interface KeyStorage extends KeyStores, Storage<KeyStores> {
  /** Counts of rate limits that other processes take from, too; `null` where there are none. */
  readonly rates: RateStore | null;
  /** Refuses whole keys of these providers, too, from now on. */
  learnFormats(formats: readonly ProviderProfile[]): void;
  /** What other processes change: what makes it safe to remember what was read. */
  readonly feed: ChangeFeed;
  /**
   * Calls a listener after entries were added to the audit, by any process that shares the database. A call may come
   * without a new entry, and where the connection to PostgreSQL was lost it comes late, 10 seconds at most.
   *
   * @returns what ends it
   */
  watchAudit(listener: () => void): () => void;
}
export interface ExposureStorage extends ExposureStores, Storage<ExposureStores> {}
