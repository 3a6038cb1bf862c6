import type { Environment, KeyKind } from "@keywarden/key-format";
import type { Generated } from "kysely";
import type { ExposureIssueTable } from "../exposures/issue-table.ts";
import type { ReplacementTable } from "../replacements/replacement-table.ts";
import type { DecisionTable, LeastActionTable } from "../exposures/decision-table.ts";
import type { RepositoryState } from "../exposures/repository-store.ts";
import type { JobState } from "../jobs/job-queue.ts";
import type { RevokeIntentState } from "../exposures/revoke-intent-store.ts";
import type { SecuritySeverity } from "../monitoring/security-event-store.ts";
import type { ConsoleTables } from "../console/console-tables.ts";
import type { PurgedSecretTable } from "../keys/purged-secret-table.ts";
import type { RotationTable } from "../rotations/rotation-table.ts";
import type { TokenRole } from "../tokens/token-store.ts";

interface HighWaterTable {
  id: number;
  at_ms: number;
}

export interface AuditEntryTable {
  sequence: number;
  at_ms: number;
  action: string;
  actor: string;
  subject: string | null;
  provider: string | null;
  details: string;
  previous_hash: string;
  hash: string;
}

interface AuditAnchorTable {
  id: number;
  sequence: number;
  hash: string;
}

export interface KeyTable {
  id: string;
  provider: string;
  name: string;
  kind: KeyKind;
  environment: Environment;
  label: string;
  prefix: string;
  generation: number;
  owner: string | null;
  tags: string;
  permissions: string | null;
  metadata: string;
  created_at_ms: number;
  created_by: string;
  expires_at_ms: number | null;
  revoked_at_ms: number | null;
  revoked_by: string | null;
  last_used_at_ms: number | null;
  last_denied_at_ms: number | null;
  tracking_since_ms: number;
  ends_at_ms: number | null;
  secret_created_at_ms: number;
  tenant: string | null;
  product: string | null;
  revision: number;
  disabled_at_ms: number | null;
  disabled_by: string | null;
  replaces: string | null;
}

export interface SecretTable {
  key_id: string;
  generation: number;
  sha256: string;
  prefix: string;
  last_four: string;
  created_at_ms: number;
  created_by: string;
  not_before_ms: number;
  valid_until_ms: number | null;
  revoked_at_ms: number | null;
}

interface TokenTable {
  id: string;
  name: string;
  role: TokenRole;
  sha256: string;
  created_at_ms: number;
  revoked_at_ms: number | null;
  revoked_by: string | null;
  expires_at_ms: number | null;
  last_used_at_ms: number | null;
  limits: string | null;
}

interface RequestTable {
  id: string;
  request: string;
  key_id: string;
  generation: number;
  sealed: string | null;
  expires_at_ms: number;
}

export interface UsageCountTable {
  key_id: string;
  width_ms: number;
  start_ms: number;
  outcome: string;
  country: string;
  feature: string;
  requests: number;
}

export interface SecurityEventTable {
  id: string;
  code: string;
  severity: SecuritySeverity;
  subject: string;
  key_id: string | null;
  provider: string | null;
  evidence: string;
  first_at_ms: number;
  last_at_ms: number;
  count: number;
}

export interface AlertRuleTable {
  id: string;
  key_id: string;
  rule: string;
  webhook_url: string | null;
  created_at_ms: number;
  created_by: string;
  last_fired_at_ms: number | null;
  last_period_ms: number | null;
}

interface SchemaMigrationTable {
  version: number;
  name: string;
  applied_at_ms: number;
}

export interface JobTable {
  sequence: Generated<number>;
  id: string;
  kind: string;
  payload: string;
  unique_key: string | null;
  /** Absent in the database of keys. */
  group_name: Generated<string | null>;
  state: JobState;
  due_at_ms: number | null;
  attempt: number;
  worker: string | null;
  error_code: string | null;
  created_at_ms: number;
  finished_at_ms: number | null;
}

interface DeliveryTable {
  guid: string;
  event: string;
  action: string | null;
  payload_sha256: string;
  received_at_ms: number;
  job_id: string | null;
}

export interface ExposureTable {
  id: Generated<number>;
  host: string;
  repository_id: number;
  fingerprint: string;
  provider: string | null;
  kind: KeyKind;
  environment: Environment | "unknown";
  label: string;
  redacted: string;
  candidates: Generated<string>;
  confidence: Generated<string>;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
}

export interface OccurrenceTable {
  exposure_id: number;
  commit_id: string;
  path: string;
  line_number: number;
  column_number: number;
  seen_at_ms: number;
}

export interface RevokeIntentTable {
  provider: string;
  key_id: string;
  state: RevokeIntentState;
  intended_at_ms: number;
  finished_at_ms: number | null;
  error_code: string | null;
}

interface TipTable {
  sequence: Generated<number>;
  host: string;
  repository_id: number;
  object_id: string;
}

interface RepositoryTable {
  host: string;
  repository_id: number;
  listed_at_ms: number;
  answered_at_ms: number;
  pushes_known: number;
  is_settled: number;
  judged_baseline: string | null;
}

interface ListedRefTable {
  host: string;
  repository_id: number;
  ref_sha256: string;
  object_id: string;
}

interface KnownPushTable {
  delivery: string;
  host: string;
  repository_id: number;
  ref_sha256: string;
  before_id: string;
  after_id: string;
  pushed_at_ms: number;
  is_surely_before: number;
}

interface HoldingTable {
  host: string;
  repository_id: number;
  object_id: string;
  fingerprint: string;
}

interface IntroductionTable {
  host: string;
  repository_id: number;
  fingerprint: string;
  introduced_by: string;
}

export interface CommitReportTable {
  host: string;
  repository_id: number;
  commit_id: string;
  version: number;
  published_version: number;
  received_at_ms: number;
  account: string | null;
  given_up: string | null;
  run: number;
  annotations: string | null;
}

interface EarlierCommitTable {
  host: string;
  repository_id: number;
  earlier_id: string;
  commit_id: string;
  pushed_at_ms: number;
}

export interface KnownRepositoryTable {
  host: string;
  repository_id: number;
  owner: string;
  name: string;
  installation_id: number;
  is_private: number;
  state: RepositoryState;
  learnt_at_ms: number;
  swept_at_ms: number | null;
  swept_refs: string | null;
  backfilled_at_ms: number | null;
  made_at_ms: number | null;
}

interface ControlTable {
  name: string;
  value: string;
  set_by: string;
  set_at_ms: number;
}

interface CheckpointTable {
  external_id: string;
  check_run_id: number | null;
  batches_sent: number;
  sending_since_ms: number | null;
}

/** Every table of both databases as the queries see them. */
export interface Tables extends ConsoleTables {
  high_water: HighWaterTable;
  audit_entries: AuditEntryTable;
  audit_anchor: AuditAnchorTable;
  keys: KeyTable;
  secrets: SecretTable;
  purged_secrets: PurgedSecretTable;
  tokens: TokenTable;
  requests: RequestTable;
  usage_counts: UsageCountTable;
  security_events: SecurityEventTable;
  alert_rules: AlertRuleTable;
  rotations: RotationTable;
  schema_migrations: SchemaMigrationTable;
  jobs: JobTable;
  deliveries: DeliveryTable;
  exposures: ExposureTable;
  occurrences: OccurrenceTable;
  revoke_intents: RevokeIntentTable;
  tips: TipTable;
  checkpoints: CheckpointTable;
  repositories: RepositoryTable;
  listed_refs: ListedRefTable;
  known_pushes: KnownPushTable;
  holdings: HoldingTable;
  introductions: IntroductionTable;
  decisions: DecisionTable;
  least_actions: LeastActionTable;
  exposure_issues: ExposureIssueTable;
  replacements: ReplacementTable;
  commit_reports: CommitReportTable;
  earlier_commits: EarlierCommitTable;
  known_repositories: KnownRepositoryTable;
  controls: ControlTable;
}
