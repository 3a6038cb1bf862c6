import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { DialectMonitoring } from "./dialect.ts";
import type { AlertRule, AlertView } from "../schemas/monitoring.ts";
import { timestampSchema } from "../schemas/vocabulary.ts";
import { restrictionSchemas } from "./restriction-fields.ts";

const { ip_ranges } = restrictionSchemas;
const periodSchema = z.enum(["minute", "hour", "day"]);
const thresholdSchema = z.int().min(1).max(1_000_000_000);

/** "If a key fires more than N events per minute or is called from an unexpected IP range"; errors and limits in its style. */
const conditionSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("events"),
    more_than: thresholdSchema,
    per: periodSchema.default("minute"),
  }),
  z.strictObject({
    type: z.literal("errors"),
    more_than: thresholdSchema,
    per: periodSchema.default("minute"),
  }),
  z.strictObject({
    type: z.literal("rate_limit"),
    percent: z.int().min(1).max(100),
    per: periodSchema.default("hour"),
  }),
  z.strictObject({
    type: z.literal("unexpected_ip"),
    ip_ranges: ip_ranges.unwrap(),
    per: periodSchema.default("hour"),
  }),
]);
type Condition = z.infer<typeof conditionSchema>;

const alertSchema = z.object({
  id: z.string(),
  condition: conditionSchema,
  webhook_url: z.string().nullable(),
  created_at: timestampSchema,
  last_fired_at: timestampSchema.nullable(),
});

const writeRule = (rule: AlertRule): Condition => {
  const per = rule.period;
  if (rule.metric === "rate-limit") return { type: "rate_limit", percent: rule.threshold, per };
  if (rule.metric === "unexpected-address")
    return { type: "unexpected_ip", ip_ranges: rule.expectedIpRanges, per };
  return { type: rule.metric === "requests" ? "events" : "errors", more_than: rule.threshold, per };
};

const readRule = (condition: Condition): AlertRule => {
  const period = condition.per;
  if (condition.type === "rate_limit") return { metric: "rate-limit", threshold: condition.percent, period };
  if (condition.type === "unexpected_ip")
    return { metric: "unexpected-address", expectedIpRanges: condition.ip_ranges, period };
  const metric = condition.type === "events" ? "requests" : "errors";
  return { metric, threshold: condition.more_than, period };
};

const writeAlert = (alert: AlertView) => ({
  id: alert.id,
  condition: writeRule(alert.rule),
  webhook_url: alert.webhookUrl,
  created_at: alert.createdAt,
  last_fired_at: alert.lastFiredAt,
});

const readAlert = (wire: z.infer<typeof alertSchema>): AlertView => ({
  id: wire.id,
  rule: readRule(wire.condition),
  webhookUrl: wire.webhook_url,
  createdAt: wire.created_at,
  lastFiredAt: wire.last_fired_at,
});

const alerts = "/api/v1/api-keys/{id}/alerts";

/** Key usage alerts. The document has them in its Admin Panel and gives no routes. */
export const aforoMonitoring: DialectMonitoring = {
  createAlert: {
    method: "POST",
    path: alerts,
    status: 201,
    documented: false,
    summary:
      "Enable a usage alert on a key; the secret that signs its webhook calls is in this answer and nowhere else",
    permission: null,
    request: makeBody(
      z.strictObject({
        condition: conditionSchema,
        webhook_url: z
          .url({ protocol: /^https?$/ })
          .max(500)
          .optional(),
      }),
      {
        write: ({ rule, webhookUrl }: { rule: AlertRule; webhookUrl: string | null }) => ({
          condition: writeRule(rule),
          ...(webhookUrl !== null && { webhook_url: webhookUrl }),
        }),
        read: ({ condition, webhook_url }) => ({
          rule: readRule(condition),
          webhookUrl: webhook_url ?? null,
        }),
      },
    ),
    response: makeBody(alertSchema.extend({ signing_secret: z.string().optional() }), {
      write: (alert: AlertView) => ({
        ...writeAlert(alert),
        ...(alert.signingSecret !== undefined && { signing_secret: alert.signingSecret }),
      }),
      read: ({ signing_secret, ...wire }): AlertView => ({
        ...readAlert(wire),
        signingSecret: signing_secret,
      }),
    }),
  },
  listAlerts: {
    method: "GET",
    path: alerts,
    status: 200,
    documented: false,
    summary: "List the usage alerts of a key",
    permission: null,
    request: null,
    response: makeBody(z.object({ alerts: z.array(alertSchema) }), {
      write: (list: readonly AlertView[]) => ({ alerts: list.map(writeAlert) }),
      read: ({ alerts: list }): readonly AlertView[] => list.map(readAlert),
    }),
  },
  deleteAlert: {
    method: "DELETE",
    path: `${alerts}/{alertId}`,
    status: 200,
    documented: false,
    summary: "Remove a usage alert",
    permission: null,
    request: null,
    response: makeBody(z.object({ id: z.string(), deleted: z.literal(true) }), {
      write: ({ id }: { id: string }) => ({ id, deleted: true as const }),
      read: ({ id }) => ({ id }),
    }),
  },
};
