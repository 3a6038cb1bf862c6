import type { z } from "zod";
import { alertListSchema, createdAlertSchema, deletedAlertSchema } from "../operator/alerts.ts";
import { changePageSchema } from "../operator/changes.ts";
import { keyExportPageSchema, keyImportAnswerSchema } from "../operator/key-record.ts";
import {
  auditPageSchema,
  auditVerificationSchema,
  changedKeySchema,
  identitySchema,
  issuedKeySchema,
  issuedTokenSchema,
  keyPageSchema,
  lookupAnswerSchema,
  problemSchema,
  revokedKeySchema,
  revokedTokenSchema,
  rotatedKeySchema,
  tokenListSchema,
  tokenLookupAnswerSchema,
} from "../operator/operator-api.ts";
import { sealedSecretSchema } from "../operator/policy-api.ts";
import { rotationListSchema, rotationRecordSchema } from "../operator/rotations.ts";
import { managedKeySchema } from "../schemas/managed-key.ts";
import { securityEventPageSchema, usageReportSchema } from "../schemas/monitoring.ts";

/** What the operator API answers, by name. Loading all of it takes 30 ms of processor time. */
export const answerSchemas = {
  alertList: alertListSchema,
  auditPage: auditPageSchema,
  auditVerification: auditVerificationSchema,
  changePage: changePageSchema,
  changedKey: changedKeySchema,
  createdAlert: createdAlertSchema,
  deletedAlert: deletedAlertSchema,
  identity: identitySchema,
  issuedKey: issuedKeySchema,
  issuedToken: issuedTokenSchema,
  keyExportPage: keyExportPageSchema,
  keyImportAnswer: keyImportAnswerSchema,
  keyPage: keyPageSchema,
  lookupAnswer: lookupAnswerSchema,
  managedKey: managedKeySchema,
  problem: problemSchema,
  revokedKey: revokedKeySchema,
  revokedToken: revokedTokenSchema,
  rotatedKey: rotatedKeySchema,
  rotationList: rotationListSchema,
  rotationRecord: rotationRecordSchema,
  sealedSecret: sealedSecretSchema,
  securityEventPage: securityEventPageSchema,
  tokenList: tokenListSchema,
  tokenLookupAnswer: tokenLookupAnswerSchema,
  usageReport: usageReportSchema,
} as const;

export type AnswerName = keyof typeof answerSchemas;

export type AnswerOf<Name extends AnswerName> = z.infer<(typeof answerSchemas)[Name]>;
