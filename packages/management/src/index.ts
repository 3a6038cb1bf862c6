export { problemsOf, type Body, type BodyProblem, type ReadResult } from "./schemas/body.ts";
export { capabilitiesOf, capabilitiesSchema, type Capabilities } from "./dialects/capabilities.ts";
export type {
  CreateKey,
  Dialect,
  DialectMonitoring,
  Failure,
  FoundKey,
  IssuedKey,
  Operation,
  PermissionRules,
  RevokedKey,
  RotatedKey,
  SampleCall,
  SampleEndpoint,
} from "./dialects/dialect.ts";
export { dialectOf, dialects } from "./dialects/dialects.ts";
export {
  makeInventoryClient,
  type InventoryClient,
  type InventoryClientOptions,
  type SeenKeyState,
} from "./client/inventory-client.ts";
export type { Patience } from "./client/patient-transport.ts";
export { readPages, type PageBudget, type PagesEnd } from "./client/read-pages.ts";
export {
  importedKeySchema,
  keyExportPageSchema,
  keyExportQuerySchema,
  keyImportAnswerSchema,
  keyImportSchema,
  mostImportedKeys,
  type ImportedKey,
  type KeyExportQuery,
  type KeyImportAnswer,
  type KeyRecord,
} from "./operator/key-record.ts";
export { keyEtag } from "./schemas/key-etag.ts";
export { keyMetadataSchema, type KeyMetadata } from "./schemas/key-metadata.ts";
export {
  changePageSchema,
  changeQuerySchema,
  type Change,
  type ChangePage,
  type ChangeQuery,
} from "./operator/changes.ts";
export {
  alertListSchema,
  createAlertSchema,
  createdAlertSchema,
  deletedAlertSchema,
  type Alert,
  type CreateAlert,
} from "./operator/alerts.ts";
export { readAddress } from "./schemas/address.ts";
export { managedKeySchema, type ManagedKey } from "./schemas/managed-key.ts";
export {
  makeManagementClient,
  type ManagementClient,
  type ManagementClientOptions,
} from "./client/management-client.ts";
export { listExposures, type ExposureRecord } from "./client/list-exposures.ts";
export { ManagementError, type LostUpdate, type ManagementErrorCode } from "./client/management-error.ts";
export {
  auditPageSchema,
  auditQuerySchema,
  auditVerificationQuerySchema,
  auditVerificationSchema,
  changedKeySchema,
  createKeySchema,
  createTokenSchema,
  type CreateToken,
  editKeySchema,
  identitySchema,
  issuedKeySchema,
  issuedTokenSchema,
  keyPageSchema,
  keyQuerySchema,
  lookupAnswerSchema,
  lookupRequestSchema,
  problemSchema,
  revokedKeySchema,
  revokedTokenSchema,
  revokeTokenSchema,
  rotatedKeySchema,
  tokenListSchema,
  tokenQuerySchema,
  tokenLookupAnswerSchema,
  type AuditEntry,
  type AuditQuery,
  type AuditVerification,
  type ChangedKey,
  type CreateInventoryKey,
  type EditKey,
  type Identity,
  type InventoryLookup,
  type KeyQuery,
  type Problem,
  type RevokedToken,
  type Token,
  tokenLimitsSchema,
  wantedTokenLimitsSchema,
  type TokenLimits,
  type TokenLookup,
} from "./operator/operator-api.ts";
export { policyStateSchema, sealedSecretSchema, type PolicyState } from "./operator/policy-api.ts";
export {
  beginRotationSchema,
  changeRotationSchema,
  rotationListSchema,
  rotationQuerySchema,
  rotationRecordSchema,
  type BeginRotation,
  type ChangeRotation,
  type RotationQuery,
  type RotationRecord,
  type RotationStage,
} from "./operator/rotations.ts";
export {
  alertRuleSchema,
  allUsageQuerySchema,
  securityEventPageSchema,
  securityEventQuerySchema,
  usageQuerySchema,
  usageReportSchema,
  type AlertRule,
  type AlertView,
  type SecurityCode,
  type SecurityEventView,
  type UsageBucketWidth,
  type UsageReport,
} from "./schemas/monitoring.ts";
export {
  restrictionsSchema,
  type RateLimit,
  type RestrictionChanges,
  type Restrictions,
} from "./schemas/restrictions.ts";
export type { LookupAnswer, MatchedKey, RemoteKey } from "./schemas/remote-key.ts";
export { parseOwnKey, type OwnKey, type OwnKeyClaim } from "./delivery/own-key.ts";
export { readSealingKey } from "./delivery/read-sealing-key.ts";
export { makeSealingKey, parseRecipient, type Recipient, type SealingKey } from "./delivery/sealed-secret.ts";
export { ownKeyHeader, sealToHeader, type RepeatableCall } from "./delivery/secret-delivery.ts";
export { makeTransport, type Transport, type TransportOptions } from "./client/transport.ts";
export {
  verdictSchema,
  verifyAnswerSchema,
  verifyBodySchema,
  verifyRequestSchema,
  type BoundTo,
  type DenialCode,
  type RateLimitState,
  type VerifiedKey,
} from "./operator/verification.ts";
export {
  environmentWordSchema,
  nameSchema,
  roleSchema,
  type KeyState,
  type RevokeOutcome,
  type Role,
  type SecretState,
} from "./schemas/vocabulary.ts";
export {
  makeRevocationClient,
  type ExposedKey,
  type RevocationClient,
  type RevocationClientOptions,
} from "./client/revocation-client.ts";
