import * as z from "zod";
import { makeBody, type Body } from "../schemas/body.ts";
import type { DialectMonitoring } from "./dialect.ts";
import type { SecurityEventView, UsageReport } from "../schemas/monitoring.ts";
import { timestampSchema } from "../schemas/vocabulary.ts";

const countSchema = z.int().nonnegative();
const usageSchema = z.object({
  data: z.object({
    from: timestampSchema,
    to: timestampSchema,
    bucket: z.enum(["minute", "hour", "day"]),
    counted_since: timestampSchema,
    request_volume: z.object({
      total: countSchema,
      buckets: z
        .array(z.object({ start: timestampSchema, requests: countSchema, errors: countSchema }))
        .readonly(),
    }),
    errors: z.object({
      total: countSchema,
      rate: z.number().min(0).max(1),
      patterns: z.array(z.object({ reason: z.string(), requests: countSchema })).readonly(),
    }),
    geography: z
      .array(z.object({ country: z.string(), requests: countSchema, errors: countSchema }))
      .readonly(),
    features: z
      .array(z.object({ feature: z.string(), requests: countSchema, errors: countSchema }))
      .readonly(),
  }),
});

const allowed = "allowed";

/** "Request volume per key", "error rates and patterns", "geographic usage distribution" and "feature usage by key". */
const usageBody: Body<UsageReport> = makeBody(usageSchema, {
  write: (report: UsageReport) => ({
    data: {
      from: report.from,
      to: report.to,
      bucket: report.bucket,
      counted_since: report.countedSince,
      request_volume: {
        total: report.requests,
        buckets: report.buckets.map(({ start, requests, denied }) => ({ start, requests, errors: denied })),
      },
      errors: {
        total: report.denied,
        rate: report.errorRate,
        patterns: report.outcomes
          .filter(({ name }) => name !== allowed)
          .map(({ name, requests }) => ({ reason: name, requests })),
      },
      geography: report.countries.map(({ name, requests, denied }) => ({
        country: name,
        requests,
        errors: denied,
      })),
      features: report.features.map(({ name, requests, denied }) => ({
        feature: name,
        requests,
        errors: denied,
      })),
    },
  }),
  read: ({ data }): UsageReport => {
    const { total } = data.request_volume;
    const succeeded = total - data.errors.total;
    const denied = data.errors.patterns.map(({ reason, requests }) => ({
      name: reason,
      requests,
      denied: requests,
    }));
    return {
      from: data.from,
      to: data.to,
      bucket: data.bucket,
      countedSince: data.counted_since,
      requests: total,
      denied: data.errors.total,
      errorRate: data.errors.rate,
      buckets: data.request_volume.buckets.map(({ start, requests, errors }) => ({
        start,
        requests,
        denied: errors,
      })),
      outcomes: [...(succeeded > 0 ? [{ name: allowed, requests: succeeded, denied: 0 }] : []), ...denied],
      countries: data.geography.map(({ country, requests, errors }) => ({
        name: country,
        requests,
        denied: errors,
      })),
      features: data.features.map(({ feature, requests, errors }) => ({
        name: feature,
        requests,
        denied: errors,
      })),
    };
  },
});

const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  severity: z.enum(["notice", "warning", "high"]),
  api_key_id: z.string().nullable(),
  evidence: z.string(),
  first_seen_at: timestampSchema,
  last_seen_at: timestampSchema,
  count: z.int().positive(),
});

/** Usage analytics and security monitoring. The document names them under "Key Monitoring" and gives no routes. */
export const azotteMonitoring: DialectMonitoring = {
  keyUsage: {
    method: "GET",
    path: "/v1/api-keys/{id}/usage",
    status: 200,
    documented: false,
    summary: "Show a key's request volume, errors, geography and feature usage",
    permission: "analytics:read",
    request: null,
    response: usageBody,
  },
  tenantUsage: {
    method: "GET",
    path: "/v1/tenants/{tenantId}/usage",
    status: 200,
    documented: false,
    summary: "Show the usage of all keys of a tenant",
    permission: "analytics:read",
    request: null,
    response: usageBody,
  },
  securityEvents: {
    method: "GET",
    path: "/v1/security-events",
    status: 200,
    documented: false,
    summary:
      "List what was noticed about keys: unusual volume, failed attempts, new countries, limit violations",
    permission: "audit_logs:read",
    request: null,
    response: makeBody(z.object({ data: z.array(eventSchema) }), {
      write: (events: readonly SecurityEventView[]) => ({
        data: events.map((event) => ({
          id: event.id,
          type: event.code,
          severity: event.severity,
          api_key_id: event.keyId,
          evidence: event.evidence,
          first_seen_at: event.firstAt,
          last_seen_at: event.lastAt,
          count: event.count,
        })),
      }),
      read: ({ data }): readonly SecurityEventView[] =>
        data.map((wire) => ({
          id: wire.id,
          code: wire.type,
          severity: wire.severity,
          keyId: wire.api_key_id,
          provider: "azotte",
          subject: wire.api_key_id ?? "",
          evidence: wire.evidence,
          firstAt: wire.first_seen_at,
          lastAt: wire.last_seen_at,
          count: wire.count,
        })),
    }),
  },
};
