import { allUsageQuerySchema, usageReportSchema } from "@keywarden/management";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { requireKnownProvider } from "../keys/require-known-provider.ts";
import { done, refuse } from "../refusal.ts";
import { requireKnownTenant } from "../usage/require-known-tenant.ts";
import { showUsage as readUsage } from "../usage/show-usage.ts";

export const showUsageRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/usage",
  right: "list",
  contract: {
    summary: "Show the usage of all keys, of a provider's, of a tenant's, or of keys that nobody issued",
    query: allUsageQuerySchema,
    status: 200,
    answer: usageReportSchema,
  },
  handle: async (context, { query }) => {
    const asked = parse(allUsageQuerySchema, query);
    if (!asked.ok) return asked;
    const { provider, tenant, strangers, ...time } = asked.value;
    if (strangers !== undefined && (provider !== undefined || tenant !== undefined))
      return refuse("BAD_REQUEST", "strangers: keys that nobody issued have no provider and no tenant");
    const known = await requireKnownProvider(context, provider);
    if (!known.ok) return known;
    const there = await requireKnownTenant(context, {
      ...(provider !== undefined && { provider }),
      ...(tenant !== undefined && { tenant }),
    });
    if (!there.ok) return there;
    const scope = strangers === undefined ? { provider, tenant } : { keyId: null };
    const report = await readUsage(context, scope, time);
    return report.ok ? done({ status: 200, body: report.value }) : report;
  },
};
