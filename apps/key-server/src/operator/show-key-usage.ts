import { usageQuerySchema, usageReportSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done } from "../refusal.ts";
import { showUsage } from "../usage/show-usage.ts";

export const showKeyUsageRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/keys/{id}/usage",
  right: "list",
  keepsLimits: true,
  contract: {
    summary: "Show how often a key was verified, with what outcome, from where and for what",
    query: usageQuerySchema,
    status: 200,
    answer: usageReportSchema,
  },
  handle: async (context, { caller, params, query }) => {
    const time = parse(usageQuerySchema, query);
    if (!time.ok) return time;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const report = await showUsage(context, { keyId: key.value.id }, time.value);
    return report.ok ? done({ status: 200, body: report.value }) : report;
  },
};
