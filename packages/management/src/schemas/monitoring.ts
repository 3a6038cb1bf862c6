import * as z from "zod";
import { ipRangeSchema } from "./restrictions.ts";
import { timestampSchema } from "./vocabulary.ts";

export const usageWidthSchema = z.enum(["minute", "hour", "day"]);
export type UsageBucketWidth = z.infer<typeof usageWidthSchema>;

/** A moment with its offset, or a UTC date: anything else would be read differently by two machines. */
const momentSchema = z.union([timestampSchema, z.iso.date()], {
  error: "must be a date such as 2026-11-21 or a moment such as 2026-11-21T10:00:00Z",
});

/** In what time; half-open. */
export const usageQuerySchema = z.strictObject({
  /** The last 24 hours when absent. */
  from: momentSchema.optional(),
  to: momentSchema.optional(),
  /** Chosen by the length of the time when absent. */
  bucket: usageWidthSchema.optional(),
});

export type UsageQuery = z.infer<typeof usageQuerySchema>;

export const allUsageQuerySchema = usageQuerySchema.extend({
  provider: z.string().max(100).optional(),
  tenant: z.string().max(100).optional(),
  /** Attempts with unknown keys, which belong to no provider. */
  strangers: z.literal("true").optional(),
});

const shareSchema = z.object({
  name: z.string(),
  requests: z.int().nonnegative(),
  denied: z.int().nonnegative(),
});

/** Usage as the operator API shows it. `denied` counts verifications that were refused, for the reasons in `outcomes`. */
export const usageReportSchema = z.object({
  from: timestampSchema,
  to: timestampSchema,
  bucket: usageWidthSchema,
  /** Nothing was counted before. */
  countedSince: timestampSchema,
  requests: z.int().nonnegative(),
  denied: z.int().nonnegative(),
  /** `denied` divided by `requests`, 0 to 1; 0 without requests. */
  errorRate: z.number().min(0).max(1),
  /** Every bucket of the time, also those without requests; `start` is UTC. */
  buckets: z
    .array(
      z.object({ start: timestampSchema, requests: z.int().nonnegative(), denied: z.int().nonnegative() }),
    )
    .readonly(),
  outcomes: z.array(shareSchema).readonly(),
  countries: z.array(shareSchema).readonly(),
  features: z.array(shareSchema).readonly(),
});
export type UsageReport = z.infer<typeof usageReportSchema>;

const securitySeveritySchema = z.enum(["notice", "warning", "high"]);

/** What can be noticed. */
const securityCodeSchema = z.enum([
  "unusual-volume",
  "failed-attempts",
  "dead-key-in-use",
  "unknown-keys",
  "limit-violations",
  "new-country",
]);
export type SecurityCode = z.infer<typeof securityCodeSchema>;

export const securityEventQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
  key: z.string().max(100).optional(),
  code: securityCodeSchema.optional(),
  severity: securitySeveritySchema.optional(),
  provider: z.string().max(100).optional(),
});

/** As whoever asks writes it: a code that there is none of is the server's to refuse, with those that there are. */
export type SecurityEventQuery = Omit<z.infer<typeof securityEventQuerySchema>, "code"> & {
  readonly code?: string | undefined;
};

export const securityEventSchema = z.object({
  id: z.string(),
  code: z.string(),
  severity: securitySeveritySchema,
  keyId: z.string().nullable(),
  provider: z.string().nullable(),
  /** Its subject: the key, or the network that unknown keys come from. */
  subject: z.string(),
  evidence: z.string(),
  firstAt: timestampSchema,
  lastAt: timestampSchema,
  count: z.int().positive(),
});
export type SecurityEventView = z.infer<typeof securityEventSchema>;

export const securityEventPageSchema = z.object({
  events: z.array(securityEventSchema),
  nextCursor: z.string().nullable(),
});

const periodSchema = z.enum(["minute", "hour", "day"]);

/** When to alert about a key's use, at most once a period; it never refuses a request. */
export const alertRuleSchema = z.discriminatedUnion("metric", [
  /** More than so many verifications, or refused ones, in a period. */
  z.strictObject({
    metric: z.enum(["requests", "errors"]),
    threshold: z.int().min(1).max(1_000_000_000),
    period: periodSchema,
  }),
  /** So many per cent of any of the key's rate limits in use. */
  z.strictObject({
    metric: z.literal("rate-limit"),
    threshold: z.int().min(1).max(100),
    period: periodSchema,
  }),
  /** Any verification from an address outside the ranges. */
  z.strictObject({
    metric: z.literal("unexpected-address"),
    expectedIpRanges: z.array(ipRangeSchema).min(1).max(100).readonly(),
    period: periodSchema,
  }),
]);
export type AlertRule = z.infer<typeof alertRuleSchema>;

/** An alert of a key. Its address is on an origin that the operator allows. */
export interface AlertView {
  readonly id: string;
  readonly rule: AlertRule;
  readonly webhookUrl: string | null;
  readonly createdAt: string;
  readonly lastFiredAt: string | null;
  /** The secret that signs deliveries; shown once, when the alert is created. */
  readonly signingSecret?: string | undefined;
}
