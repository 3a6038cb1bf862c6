import { changePageSchema, changeQuerySchema, type Change } from "@keywarden/management";
import { checkRole } from "../auth/right.ts";
import { limitsOf, type Principal } from "../auth/principal.ts";
import { readChanges, withMark } from "../changes/read-changes.ts";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";

export const listChangesRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/changes",
  right: "changes",
  keepsLimits: true,
  contract: {
    summary: "Read what changed after a sequence number, in order, and wait for the next change",
    query: changeQuerySchema,
    status: 200,
    answer: changePageSchema,
    isCompressed: true,
  },
  handle: async (context, { caller, query: given }) => {
    const query = parse(changeQuerySchema, given);
    if (!query.ok) return query;
    const { after, mark, limit, wait } = query.value;
    if (after === undefined) {
      const { audit } = context.storage;
      const { sequence: nextAfter } = await audit.head();
      const page = await withMark(audit, { changes: [], keys: [], nextAfter, hasMore: false });
      return done({ status: 200, body: page });
    }
    const kinds = kindsFor(caller.principal);
    const page = await readChanges(context, {
      after,
      mark,
      limit,
      waitMs: wait * 1000,
      kinds,
      limits: limitsOf(caller.principal),
    });
    if (!page.ok) return page;
    // Who only verifies has to know which keys changed, and not what they are.
    const body = mayRead(caller.principal, "list") ? page.value : { ...page.value, keys: [] };
    return done({ status: 200, body });
  },
};

// Nobody learns here of what the lists would not show.
function kindsFor(principal: Principal): readonly Change["kind"][] {
  return [
    "key",
    ...(mayRead(principal, "list") ? (["rotation"] as const) : []),
    ...(mayRead(principal, "audit") ? (["alert", "event"] as const) : []),
    ...(mayRead(principal, "tokens") ? (["token"] as const) : []),
  ];
}

function mayRead(principal: Principal, right: "list" | "tokens" | "audit"): boolean {
  return principal.type !== "key" && checkRole(principal.role, right).ok;
}
