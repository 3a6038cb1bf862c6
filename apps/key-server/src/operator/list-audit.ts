import { auditPageSchema, auditQuerySchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { positionUnknown } from "../http/cursor.ts";
import { requireKnownWords } from "../audit/require-known-words.ts";
import { done, refuse } from "../refusal.ts";
import { requireOneKey } from "../keys/require-one-key.ts";
import { isoOf } from "../keys/view-key.ts";

export const listAuditRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/audit",
  right: "audit",
  keepsLimits: true,
  contract: {
    summary:
      "Read the audit, oldest first: all of it, or what was done to a key or at a provider, by somebody or in a time",
    query: auditQuerySchema,
    status: 200,
    answer: auditPageSchema,
    isCompressed: true,
  },
  handle: async (context, call) => {
    const query = parse(auditQuerySchema, call.query);
    if (!query.ok) return query;
    const { after, limit, key, provider, actor, action, from, to, order, before } = query.value;
    const allowed = await requireOneKey(context, call.caller, key);
    if (!allowed.ok) return allowed;
    if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to))
      return refuse("BAD_REQUEST", "from: must be before to");
    if (before !== undefined && after >= before)
      return refuse("BAD_REQUEST", "after: must be less than before");
    const isNewestFirst = order === "newest-first";
    const entries = await context.storage.audit.list({
      afterSequence: after,
      limit,
      isNewestFirst,
      ...(before !== undefined && { beforeSequence: before }),
      ...(key !== undefined && { subject: key }),
      ...(provider !== undefined && { provider }),
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      ...(from !== undefined && { fromMs: Date.parse(from) }),
      ...(to !== undefined && { toMs: Date.parse(to) }),
    });
    if (entries.length === 0) {
      const { sequence: end } = await context.storage.audit.head();
      if (after > end) return positionUnknown("entry", end, after);
      const known = await requireKnownWords(context, { key, provider, actor, action });
      if (!known.ok) return known;
    }
    const last = entries.length === limit ? (entries.at(-1)?.sequence ?? null) : null;
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
        nextAfter: isNewestFirst ? null : last,
        nextBefore: isNewestFirst ? last : null,
      },
    });
  },
};
