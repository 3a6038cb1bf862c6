import { auditPageSchema, auditQuerySchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";
import { isoOf } from "../keys/view-key.ts";

export const listAudit: OperatorRoute = {
  method: "GET",
  path: "/v1/audit",
  right: "audit",
  contract: {
    summary: "Read the audit, oldest first",
    query: auditQuerySchema,
    status: 200,
    answer: auditPageSchema,
  },
  handle: async (context, call) => {
    const query = parse(auditQuerySchema, call.query);
    if (!query.ok) return query;
    const { after, limit } = query.value;
    const entries = await context.storage.audit.list({ afterSequence: after, limit });
    const last = entries.at(-1);
    return done({
      status: 200,
      body: {
        entries: entries.map(({ sequence, atMs, action, actor, subject, provider, details, hash }) => ({
          sequence,
          at: isoOf(atMs),
          action,
          actor,
          subject,
          provider,
          details,
          hash,
        })),
        nextAfter: last !== undefined && entries.length === limit ? last.sequence : null,
      },
    });
  },
};
