import { securityEventPageSchema, securityEventQuerySchema } from "@keywarden/management";
import { readCursor, writeCursor } from "../http/cursor.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { requireKnownKey } from "../keys/require-known-key.ts";
import { requireOneKey } from "../keys/require-one-key.ts";
import { requireKnownProvider } from "../keys/require-known-provider.ts";
import { viewSecurityEvent } from "../monitoring/view-security-event.ts";
import { done } from "../refusal.ts";

export const listSecurityEventsRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/security-events",
  right: "audit",
  keepsLimits: true,
  contract: {
    summary: "List what was noticed about keys and about those who try keys, newest first",
    query: securityEventQuerySchema,
    status: 200,
    answer: securityEventPageSchema,
  },
  handle: async (context, { caller, query }) => {
    const asked = parse(securityEventQuerySchema, query);
    if (!asked.ok) return asked;
    const { cursor, key, ...rest } = asked.value;
    const allowed = await requireOneKey(context, caller, key);
    if (!allowed.ok) return allowed;
    const known = await requireKnownProvider(context, rest.provider);
    if (!known.ok) return known;
    const before = cursor === undefined ? null : readCursor(cursor);
    if (before !== null && !before.ok) return before;
    await context.measuring.freshen();
    const { events, next } = await context.storage.securityEvents.list({
      ...rest,
      keyId: key,
      before: before === null ? null : { firstAtMs: before.value.createdAtMs, id: before.value.id },
    });
    if (events.length === 0) {
      const there = await requireKnownKey(context, key);
      if (!there.ok) return there;
    }
    return done({
      status: 200,
      body: {
        events: events.map(viewSecurityEvent),
        nextCursor: next === null ? null : writeCursor({ createdAtMs: next.firstAtMs, id: next.id }),
      },
    });
  },
};
