import { auditVerificationSchema } from "@keywarden/management";
import type { OperatorRoute } from "../http/route.ts";
import { done } from "../refusal.ts";

export const verifyAuditRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/audit/verify",
  right: "audit",
  contract: {
    summary: "Check that nothing in the audit was changed",
    status: 200,
    answer: auditVerificationSchema,
  },
  handle: async (context) => {
    const result = await context.storage.audit.verify();
    return done({
      status: 200,
      body: result.ok
        ? { ok: true, entries: result.entries }
        : { ok: false, firstBadSequence: result.firstBadSequence, reason: result.reason },
    });
  },
};
