import * as z from "zod";
import { ipRangeSchema } from "../schemas/restrictions.ts";
import { timestampSchema } from "../schemas/vocabulary.ts";

const perSchema = z.enum(["minute", "hour", "day"]);
const webhookUrlSchema = z.url({ protocol: /^https?$/ }).max(500);

/** When to alert about a key's use, at most once in that time; it never refuses a request. */
export const createAlertSchema = z.union([
  z.strictObject({
    moreThan: z.int().min(1).max(1_000_000_000),
    per: perSchema,
    /** What is counted: all verifications, or those that were refused. */
    of: z.enum(["requests", "errors"]).default("requests"),
    webhookUrl: webhookUrlSchema.optional(),
  }),
  z.strictObject({
    /** Any verification from an address outside these ranges. */
    outsideOf: z.array(ipRangeSchema).min(1).max(100),
    per: perSchema,
    webhookUrl: webhookUrlSchema.optional(),
  }),
]);
export type CreateAlert = z.input<typeof createAlertSchema>;

/** An alert of a key; what it watches is `moreThan` of something, or what comes from `outsideOf` the ranges. */
export const alertSchema = z.object({
  id: z.string(),
  moreThan: z.int().nullable(),
  of: z.enum(["requests", "errors", "per-cent-of-the-rate-limit"]).nullable(),
  outsideOf: z.array(z.string()).readonly().nullable(),
  per: perSchema,
  webhookUrl: z.string().nullable(),
  createdAt: timestampSchema,
  lastFiredAt: timestampSchema.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** The secret that signs its webhook calls is in this answer and nowhere else. */
export const createdAlertSchema = alertSchema.extend({ signingSecret: z.string().optional() });

export const alertListSchema = z.object({ alerts: z.array(alertSchema), total: z.int() });

export const deletedAlertSchema = z.object({ id: z.string(), deleted: z.literal(true) });
