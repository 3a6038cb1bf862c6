import { z } from "zod";
import { managedKeySchema } from "../schemas/managed-key.ts";
import { fingerprintSchema, keyKindSchema } from "../schemas/vocabulary.ts";

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
  "product-not-allowed",
  "tenant-not-allowed",
  "project-not-allowed",
  "rate-limited",
]);
export type DenialCode = z.infer<typeof denialCodeSchema>;

const textSchema = z.string().max(2000);

/** The key, or its SHA-256 where the text must not travel, and what is known of the request that carried it. */
export const verifyRequestSchema = z
  .strictObject({
    key: z.string().max(4000).optional(),
    sha256: fingerprintSchema.optional(),
    ip: textSchema.optional(),
    referrer: textSchema.optional(),
    method: textSchema.optional(),
    path: textSchema.optional(),
    provider: textSchema.optional(),
    kinds: z.array(keyKindSchema).readonly().optional(),
    permission: textSchema.optional(),
    product: textSchema.optional(),
    tenant: textSchema.optional(),
    projectTags: z.array(textSchema).max(100).readonly().optional(),
    cost: z.int().min(0).max(1_000_000).optional(),
  })
  .refine(
    ({ key, sha256 }) => key === undefined || sha256 === undefined,
    "send the key or its sha256, not both",
  );

/** How much of one limit is left, in the words of the RateLimit header fields. */
const rateLimitStateSchema = z.object({
  requests: z.int(),
  windowSeconds: z.int(),
  remaining: z.int().nonnegative(),
  resetSeconds: z.int().nonnegative(),
});
export type RateLimitState = z.infer<typeof rateLimitStateSchema>;

/** The facts about a key that do not change with time or use. */
const verifiedKeySchema = managedKeySchema.pick({
  id: true,
  provider: true,
  name: true,
  kind: true,
  environment: true,
  label: true,
  owner: true,
  tags: true,
  permissions: true,
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
