import { auditVerificationQuerySchema, auditVerificationSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { done, refuse } from "../refusal.ts";

export const verifyAuditRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/audit/verify",
  right: "audit",
  contract: {
    summary:
      "Check that nothing in the audit was changed, nor removed since an entry that is known from elsewhere",
    query: auditVerificationQuerySchema,
    status: 200,
    answer: auditVerificationSchema,
  },
  handle: async (context, { query }) => {
    const asked = parse(auditVerificationQuerySchema, query);
    if (!asked.ok) return asked;
    const { sequence, hash } = asked.value;
    if ((sequence === undefined) !== (hash === undefined))
      return refuse("BAD_REQUEST", "sequence and hash: give both, as an earlier verification told them");
    const result = await context.storage.audit.verify(
      sequence === undefined || hash === undefined ? {} : { anchor: { sequence, hash } },
    );
    return done({
      status: 200,
      body: result.ok
        ? { ok: true, entries: result.entries, hash: result.head.hash }
        : { ok: false, firstBadSequence: result.firstBadSequence, reason: result.reason },
    });
  },
};
