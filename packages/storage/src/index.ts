export type { AlertRule, AlertRuleStore } from "./monitoring/alert-rule-store.ts";
export type {
  AuditAnchor,
  AuditEntry,
  AuditFault,
  AuditLog,
  AuditQuery,
  AuditVerification,
  NewAuditEntry,
} from "./audit/audit-log.ts";
export { backupKeys } from "./backup/backup-keys.ts";
export type { BackupSummary } from "./backup/backup-keys.ts";
export { restoreKeys } from "./backup/restore-keys.ts";
export { neverCurrent, type ChangeFeed } from "./sql/change-feed.ts";
export type { Checkpoint, CheckpointStore } from "./exposures/checkpoint-store.ts";
export { ensureBootstrapToken } from "./tokens/bootstrap-token.ts";
export { issueToken, makeTokenText, tokenPrefix } from "./tokens/issue-token.ts";
export type { Clock } from "./time/clock.ts";
export type { AcceptResult, Delivery, DeliveryStore, StoredDelivery } from "./jobs/delivery-store.ts";
export type { CommitReport, CommitReportStore } from "./exposures/commit-report-store.ts";
export type { ConsoleSessionRecord } from "./console/console-session-store.ts";
export type {
  ReplacedKey,
  Replacement,
  ReplacementState,
  ReplacementStore,
} from "./replacements/replacement-store.ts";
export type { ExposureIssue, IssueStore, IssueTarget } from "./exposures/issue-store.ts";
export type { Control, ControlStore } from "./exposures/control-store.ts";
export type {
  Approval,
  Decision,
  DecisionFacts,
  DecisionQuery,
  DecisionState,
  DecisionStore,
  Hold,
  LeastAction,
  Observed,
  StoredOwnership,
  StoredProvenance,
} from "./exposures/decision-store.ts";
export type { KnownRepository, RepositoryState, RepositoryStore } from "./exposures/repository-store.ts";
export type {
  Confidence,
  Exposure,
  ExposureStore,
  Occurrence,
  RepositoryId,
  NewExposure,
  StoredOccurrence,
} from "./exposures/exposure-store.ts";
export type {
  EnqueueResult,
  Job,
  JobClaim,
  JobCounts,
  JobHandle,
  JobQueue,
  JobResult,
  JobState,
  NewJob,
} from "./jobs/job-queue.ts";
export type { Json, JsonObject } from "./json/json.ts";
export { isLiveSecret, keyState, secretState } from "./keys/key-state.ts";
export type { KeyState, KeyTimes, SecretState, SecretTimes } from "./keys/key-state.ts";
export type {
  ChangeKey,
  ChangeResult,
  CurrentGeneration,
  ImportedKey,
  KeyChanges,
  KeyCursor,
  KeyPage,
  KeyQuery,
  KeyStore,
  PurgedSecret,
  PurgeKeys,
  KeyTouch,
  NewKey,
  NewSecret,
  RevokeKey,
  RevokeResult,
  RotateKey,
  RotateResult,
  SecretRecord,
  StoredKey,
  StoredSecret,
} from "./keys/key-store.ts";
export { openExposureStorage } from "./open-exposure-storage.ts";
export { openKeyStorage } from "./open-key-storage.ts";
export { rateSlotMs, rateSlots, type RateGrant, type RateStore } from "./rates/rate-store.ts";
export type { RequestRecord, RequestStore } from "./keys/request-store.ts";
export type {
  RotationChanges,
  RotationEnd,
  RotationRecord,
  RotationRecordStore,
  RotationStage,
} from "./rotations/rotation-record-store.ts";
export type { RevokeIntent, RevokeIntentState, RevokeIntentStore } from "./exposures/revoke-intent-store.ts";
export type {
  NewSecurityEvent,
  SecurityEvent,
  SecurityEventCursor,
  SecurityEventQuery,
  SecurityEventStore,
  SecuritySeverity,
} from "./monitoring/security-event-store.ts";
export { isDuplicate, StorageError } from "./storage-error.ts";
export type { StorageErrorCode } from "./storage-error.ts";
export type { ExposureStorage, ExposureStores, KeyStorage, KeyStores, StorageOptions } from "./storages.ts";
export type {
  Holding,
  ProvenanceStore,
  PushFact,
  RefListing,
  StoredIntroduction,
  StoredRefListing,
} from "./exposures/provenance-store.ts";
export type { TipStore } from "./exposures/tip-store.ts";
export type {
  ListedToken,
  NewToken,
  RevokeToken,
  RevokeTokenResult,
  TokenLimits,
  TokenRecord,
  TokenRole,
  TokenStore,
  TokenTouch,
} from "./tokens/token-store.ts";
export { ALLOWED, usageKeptMs, usageWidthsMs } from "./usage/usage-store.ts";
export type {
  UsageCount,
  UsageQuery,
  UsageReport,
  UsageScope,
  UsageShare,
  UsageStore,
  UsageWidth,
} from "./usage/usage-store.ts";
export { makeDataDirectory } from "./make-data-directory.ts";
