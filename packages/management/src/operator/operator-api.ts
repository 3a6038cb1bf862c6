import * as z from "zod";
import { keyMetadataChangesSchema, keyMetadataSchema } from "../schemas/key-metadata.ts";
import { managedKeySchema } from "../schemas/managed-key.ts";
import { restrictionChangesSchema, restrictionsSchema } from "../schemas/restrictions.ts";
import {
  environmentSchema,
  environmentWordSchema,
  fingerprintSchema,
  keyKindSchema,
  keyStateSchema,
  nameSchema,
  revokeOutcomeSchema,
  roleSchema,
  rotationStateSchema,
  secretStateSchema,
  timestampSchema,
} from "../schemas/vocabulary.ts";

const wantedTagSchema = z.string().min(1).max(100);

/** Requests are strict, so that a misspelt field is refused instead of ignored; answers may grow. */
export const keyQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
  provider: z.string().optional(),
  state: keyStateSchema.optional(),
  kind: keyKindSchema.optional(),
  environment: environmentWordSchema.optional(),
  /** As it is written. */
  owner: z.string().min(1).max(100).optional(),
  /** Repeatable; a key has to have all of them, as they are written. */
  tag: z.union([wantedTagSchema, z.array(wantedTagSchema).min(1).max(10)]).optional(),
  /** The current state of a key by its provider's policy; a page filtered by it can be short, even empty, and have a next page. */
  rotation: rotationStateSchema.optional(),
  /** The current secret is older than this; pages filtered by this and the following can be short, too, and have a next page. */
  secretCreatedBefore: timestampSchema.optional(),
  /** The current secret was made then or later. */
  secretCreatedFrom: timestampSchema.optional(),
  /** Used, and for the last time before this. */
  usedBefore: timestampSchema.optional(),
  /** Used then or later. */
  usedFrom: timestampSchema.optional(),
  /** Neither used nor made then or later. */
  unusedSince: timestampSchema.optional(),
});
export type KeyQuery = z.infer<typeof keyQuerySchema>;

export const keyPageSchema = z.object({
  keys: z.array(managedKeySchema),
  nextCursor: z.string().nullable(),
  /** How many keys all pages hold; null where `rotation` is asked for, which is not counted. */
  total: z.int().nonnegative().nullable().default(null),
});

export const createKeySchema = z.strictObject({
  provider: z.string().min(1),
  name: nameSchema,
  kind: keyKindSchema,
  environment: environmentWordSchema,
  owner: nameSchema.optional(),
  tags: z.array(nameSchema).max(50).optional(),
  permissions: z.array(z.string().min(1).max(100)).max(100).optional(),
  expiresAt: timestampSchema.optional(),
  restrictions: restrictionsSchema.optional(),
  metadata: keyMetadataSchema.optional(),
  /** The key that this one is to replace; of several that ask, one gets it and the others 409. */
  replaces: z.string().min(1).max(100).optional(),
  /** The rotation in progress, of the key that is replaced, that makes this one. */
  rotation: z.string().min(1).max(64).optional(),
});
export type CreateInventoryKey = z.infer<typeof createKeySchema>;

/**
 * What to change about a key, as a merge patch (RFC 7396): what is absent stays, `null` takes away, and the members of
 * `restrictions` and `metadata` are changed one by one.
 */
export const editKeySchema = z.strictObject({
  name: nameSchema.optional(),
  owner: nameSchema.nullable().optional(),
  tags: z.array(nameSchema).max(50).optional(),
  /** `null` gives it those that a key of its kind has where none are named. */
  permissions: z.array(z.string().min(1).max(100)).max(100).nullable().optional(),
  restrictions: restrictionChangesSchema.nullable().optional(),
  metadata: keyMetadataChangesSchema.nullable().optional(),
  expiresAt: timestampSchema.nullable().optional(),
});
export type EditKey = z.infer<typeof editKeySchema>;

/** Whether a request changed a key or found it as it wanted it. */
export const changedKeySchema = z.object({
  key: managedKeySchema,
  outcome: z.enum(["changed", "unchanged"]),
});
export type ChangedKey = z.infer<typeof changedKeySchema>;

export const issuedKeySchema = z.object({ key: managedKeySchema, secret: z.string().min(1) });

export const rotatedKeySchema = issuedKeySchema.extend({
  graceSeconds: z.number().nonnegative(),
  graceUntil: timestampSchema.nullable(),
});

export const revokedKeySchema = z.object({ key: managedKeySchema, outcome: revokeOutcomeSchema });

export const lookupRequestSchema = z.strictObject({ sha256: fingerprintSchema });

export const lookupAnswerSchema = z.discriminatedUnion("found", [
  z.object({
    found: z.literal(false),
    key: z.null().optional(),
    /** What is left of a key that was revoked, and purged since. */
    purged: z
      .object({
        keyId: z.string(),
        provider: z.string(),
        revokedAt: timestampSchema,
        purgedAt: timestampSchema,
      })
      .optional(),
  }),
  z.object({ found: z.literal(true), key: managedKeySchema, secretState: secretStateSchema }),
]);
export type InventoryLookup = z.infer<typeof lookupAnswerSchema>;

export const auditQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** What was done to this key. */
  key: z.string().min(1).max(100).optional(),
  /** What was done to keys of this provider, and refused there. */
  provider: z.string().min(1).max(100).optional(),
  /** As it is written: `token:<name>`, `key:<id>` or a program. */
  actor: z.string().min(1).max(200).optional(),
  action: z.string().min(1).max(100).optional(),
  /** Then or later. */
  from: timestampSchema.optional(),
  /** Before this. */
  to: timestampSchema.optional(),
  order: z.enum(["oldest-first", "newest-first"]).default("oldest-first"),
  /** Where a page that is newest first goes on. */
  before: z.coerce.number().int().min(1).optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export const auditEntrySchema = z.object({
  sequence: z.int(),
  at: timestampSchema,
  action: z.string(),
  actor: z.string(),
  subject: z.string().nullable(),
  provider: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  nextAfter: z.int().nullable(),
  /** The same for pages that are newest first. */
  nextBefore: z.int().nullable().default(null),
});

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits");

/** What was the last entry at some time, as a verification told it then. */
export const auditVerificationQuerySchema = z.strictObject({
  sequence: z.coerce.number().int().min(1).optional(),
  hash: hashSchema.optional(),
});

export const auditVerificationSchema = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    entries: z.int(),
    /** The last entry's, to be kept elsewhere and given to a later verification; absent of an older server. */
    hash: z.string().optional(),
  }),
  z.object({ ok: z.literal(false), firstBadSequence: z.int(), reason: z.string() }),
]);
export type AuditVerification = z.infer<typeof auditVerificationSchema>;

/** The only keys that a token opens: those that every list which is there has. */
export const tokenLimitsSchema = z.strictObject({
  providers: z.array(z.string().min(1).max(100)).min(1).max(100).optional(),
  environments: z.array(environmentSchema).min(1).optional(),
  /** Tenants or applications; a key that belongs to none is outside. */
  tenants: z.array(nameSchema).min(1).max(100).optional(),
});
export type TokenLimits = z.infer<typeof tokenLimitsSchema>;

/** The same as somebody asks for them, who may call an environment as keys do. */
export const wantedTokenLimitsSchema = tokenLimitsSchema.extend({
  environments: z.array(environmentWordSchema).min(1).max(100).optional(),
});

export const identitySchema = z.object({
  principal: z.string(),
  role: roleSchema,
  /** Absent where the token opens all keys. */
  limits: tokenLimitsSchema.optional(),
});
export type Identity = z.infer<typeof identitySchema>;

export const createTokenSchema = z.strictObject({
  name: nameSchema,
  role: roleSchema,
  /** Lives until it is revoked when absent. */
  expiresAt: timestampSchema.optional(),
  /** All keys when absent. A token with limits manages no tokens and reads nothing that is over all keys. */
  limits: wantedTokenLimitsSchema
    .refine((limits) => Object.keys(limits).length > 0, "must name providers, environments or tenants")
    .optional(),
});
export type CreateToken = z.infer<typeof createTokenSchema>;

export const issuedTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  limits: tokenLimitsSchema.nullable().default(null),
  expiresAt: timestampSchema.nullable().default(null),
  token: z.string(),
});

/** What is known of a token of the server's own: never its text. */
export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  state: z.enum(["active", "expired", "revoked"]).optional(),
  limits: tokenLimitsSchema.nullable().default(null),
  createdAt: timestampSchema,
  expiresAt: timestampSchema.nullable().default(null),
  /** To the minute; null where no use of it is known. */
  lastUsedAt: timestampSchema.nullable().default(null),
  revokedAt: timestampSchema.nullable(),
  revokedBy: z.string().nullable(),
});
export type Token = z.infer<typeof tokenSchema>;

export const tokenQuerySchema = z.strictObject({
  /** All of them when absent; the total is that of all. */
  limit: z.coerce.number().int().min(1).optional(),
});

export const tokenListSchema = z.object({ tokens: z.array(tokenSchema), total: z.int().default(0) });

export const tokenLookupAnswerSchema = z.discriminatedUnion("found", [
  z.object({ found: z.literal(false), token: z.null().optional() }),
  z.object({ found: z.literal(true), token: tokenSchema }),
]);
export type TokenLookup = z.infer<typeof tokenLookupAnswerSchema>;

/** The hash shows that the caller has seen the token: with it, revoking takes no more than the right to revoke keys. */
export const revokeTokenSchema = z.strictObject({ sha256: fingerprintSchema.optional() }).nullish();

export const revokedTokenSchema = z.object({ token: tokenSchema, outcome: revokeOutcomeSchema });
export type RevokedToken = z.infer<typeof revokedTokenSchema>;

/** An RFC 9457 problem, with Keywarden's stable `code` beside the type. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  instance: z.string().optional(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  lostUpdate: z.object({ generation: z.int(), changedBy: z.string(), changedAt: timestampSchema }).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
