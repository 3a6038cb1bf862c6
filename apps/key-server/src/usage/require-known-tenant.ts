import type { KeyQuery } from "@keywarden/storage";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";

/** Refuses a tenant without any key, revoked ones included: that it was never seen is true of a misspelt one, too. */
export async function requireKnownTenant(
  { totals }: Pick<ServerContext, "totals">,
  within: Pick<KeyQuery, "provider" | "tenant" | "environment">,
): Promise<Outcome<null>> {
  const { tenant } = within;
  if (tenant === undefined || (await totals.count(within, true)) > 0) return done(null);
  return refuse(
    "TENANT_NOT_FOUND",
    `no key ${within.provider === undefined ? "" : `of ${within.provider} `}belongs to the tenant ${tenant} here`,
  );
}
