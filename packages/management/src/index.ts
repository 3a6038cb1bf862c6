export { problemsOf, type Body, type BodyProblem, type ReadResult } from "./body.ts";
export { contractOf, managementContractSchema, type ManagementContract } from "./contract.ts";
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
} from "./dialect.ts";
export { dialects } from "./dialects.ts";
export {
  makeInventoryClient,
  type InventoryClient,
  type InventoryClientOptions,
} from "./inventory-client.ts";
export type { Patience } from "./patient-transport.ts";
export { readPages, type PageBudget, type PagesEnd } from "./read-pages.ts";
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
} from "./key-record.ts";
export { managedKeySchema, type ManagedKey } from "./managed-key.ts";
export {
  makeManagementClient,
  type ManagementClient,
  type ManagementClientOptions,
} from "./management-client.ts";
export { ManagementError, type LostUpdate, type ManagementErrorCode } from "./management-error.ts";
export {
  auditEntrySchema,
  auditPageSchema,
  auditQuerySchema,
  auditVerificationSchema,
  createKeySchema,
  createTokenSchema,
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
  tokenLookupAnswerSchema,
  type AuditEntry,
  type AuditQuery,
  type AuditVerification,
  type CreateInventoryKey,
  type Identity,
  type InventoryLookup,
  type KeyQuery,
  type Problem,
  type RevokedToken,
  type Token,
  type TokenLookup,
} from "./operator-api.ts";
export {
  alertRuleSchema,
  allUsageQuerySchema,
  securityEventPageSchema,
  securityEventQuerySchema,
  usageQuerySchema,
  usageReportSchema,
  type AlertRule,
  type AlertView,
  type SecurityEventView,
  type UsageBucketWidth,
  type UsageReport,
} from "./monitoring.ts";
export { restrictionsSchema, type RateLimit, type Restrictions } from "./restrictions.ts";
export type { LookupAnswer, MatchedKey, RemoteKey } from "./remote-key.ts";
export { parseOwnKey, type OwnKey, type OwnKeyClaim } from "./own-key.ts";
export { makeSealingKey, parseRecipient, type Recipient, type SealingKey } from "./sealed-secret.ts";
export { ownKeyHeader, sealToHeader, type RepeatableCall } from "./secret-delivery.ts";
export { makeTransport, type Transport, type TransportOptions } from "./transport.ts";
export {
  verdictSchema,
  verifyRequestSchema,
  type DenialCode,
  type RateLimitState,
  type VerifiedKey,
} from "./verification.ts";
export type { KeyState, RevokeOutcome, Role, SecretState } from "./vocabulary.ts";
