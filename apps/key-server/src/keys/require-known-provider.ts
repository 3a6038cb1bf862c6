import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";

/**
 * Refuses the name of a provider that the server does not know and of which it has no key: to say that it has no keys
 * would be true of a misspelt name, too.
 */
export async function requireKnownProvider(
  { providers, totals }: Pick<ServerContext, "providers" | "totals">,
  provider: string | undefined,
): Promise<Outcome<null>> {
  if (provider === undefined || providers.has(provider)) return done(null);
  if ((await totals.count({ provider }, true)) > 0) return done(null);
  const known = [...providers.keys()].join(", ");
  return refuse("BAD_REQUEST", `provider: there is no provider ${provider} here; there are ${known}`);
}
