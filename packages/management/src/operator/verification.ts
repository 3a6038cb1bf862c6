import * as z from "zod";
import { managedKeySchema } from "../schemas/managed-key.ts";
import { restrictionsSchema } from "../schemas/restrictions.ts";
import { readAddress } from "../schemas/address.ts";
import { fingerprintSchema, keyKindSchema, timestampSchema } from "../schemas/vocabulary.ts";

/** Why a request is refused, for the audit and the key's owner; its sender gets one public answer a status. */
const denialCodeSchema = z.enum([
  "missing-key",
  "malformed-key",
  "too-many-bad-keys",
  "unknown-key",
  "other-provider",
  "key-revoked",
  "key-disabled",
  "key-expired",
  "grace-ended",
  "ip-not-allowed",
  "referrer-not-allowed",
  "endpoint-not-allowed",
  "kind-not-allowed",
  "permission-missing",
  "product-not-named",
  "product-not-allowed",
  "tenant-not-named",
  "tenant-not-allowed",
  "project-not-named",
  "project-not-allowed",
  "rate-limited",
]);
export type DenialCode = z.infer<typeof denialCodeSchema>;

/** What a key can belong to: a request that does not say for which one it is, is refused. */
const boundToSchema = z.enum(["tenant", "product", "projectTags"]);
export type BoundTo = z.infer<typeof boundToSchema>;

const textSchema = z.string().max(2000);

/** The key, or its SHA-256 where the text must not travel, and what is known of the request that carried it. */
export const verifyRequestSchema = z
  .strictObject({
    key: z.string().max(4000).optional(),
    sha256: fingerprintSchema.optional(),
    /** Of whoever sent the key, with or without a port. */
    ip: textSchema
      .refine((text) => readAddress(text) !== null, "must be an IP address, with or without a port")
      .optional(),
    referrer: textSchema.optional(),
    method: textSchema.optional(),
    path: textSchema.optional(),
    provider: textSchema.optional(),
    kinds: z.array(keyKindSchema).readonly().optional(),
    permission: textSchema.optional(),
    product: textSchema.optional(),
    tenant: textSchema.optional(),
    /** The same for providers whose keys belong to an application. */
    application: textSchema.optional(),
    projectTags: z.array(textSchema).max(100).readonly().optional(),
    /** What the caller checks itself; a key that is bound to anything else has to hear what it is used for. */
    unchecked: z.array(boundToSchema).max(3).readonly().optional(),
    cost: z.int().min(0).max(1_000_000).optional(),
  })
  .refine(
    ({ key, sha256 }) => key === undefined || sha256 === undefined,
    "send the key or its sha256, not both",
  )
  .refine(
    ({ tenant, application }) => tenant === undefined || application === undefined,
    "send tenant or application, not both",
  );

/** So many keys are judged by one request at most. */
const mostVerified = 100;

/** One request, or several at once, which are answered in their order. */
export const verifyBodySchema = z.union([
  verifyRequestSchema,
  z.array(verifyRequestSchema).min(1).max(mostVerified),
]);

/** How much of one limit is left, in the words of the RateLimit header fields. */
const rateLimitStateSchema = z.object({
  requests: z.int(),
  windowSeconds: z.int(),
  remaining: z.int().nonnegative(),
  resetSeconds: z.int().nonnegative(),
});
export type RateLimitState = z.infer<typeof rateLimitStateSchema>;

/** Whose key it is and what it may do; what it is bound to stands under its own name, null where it is not. */
const verifiedKeySchema = managedKeySchema
  .pick({
    id: true,
    provider: true,
    name: true,
    kind: true,
    environment: true,
    label: true,
    owner: true,
    tags: true,
    permissions: true,
    metadata: true,
  })
  .extend({
    tenant: z.string().nullable().default(null),
    application: z.string().nullable().default(null),
    product: z.string().nullable().default(null),
    projectTags: z.array(z.string()).readonly().nullable().default(null),
    expiresAt: timestampSchema.nullable().default(null),
    /** Absent when the key is bound to nothing. */
    restrictions: restrictionsSchema.optional(),
    /** When the key, or a secret of it that was replaced, ends by itself; null where it does not. Absent from older servers. */
    endsInSeconds: z.number().nonnegative().nullable().optional(),
  });
export type VerifiedKey = z.infer<typeof verifiedKeySchema>;

export const verdictSchema = z.discriminatedUnion("valid", [
  z.object({
    valid: z.literal(true),
    key: verifiedKeySchema,
    rateLimits: z.array(rateLimitStateSchema).readonly(),
  }),
  z.object({
    valid: z.literal(false),
    code: denialCodeSchema,
    key: verifiedKeySchema.nullable(),
    rateLimits: z.array(rateLimitStateSchema).readonly(),
    retryAfterSeconds: z.int().optional(),
    /** What may be sent to the sender. */
    answer: z.object({
      status: z.int(),
      code: z.string(),
      message: z.string(),
      headers: z.record(z.string(), z.string()),
    }),
  }),
]);

export const verifyAnswerSchema = z.union([verdictSchema, z.array(verdictSchema)]);
