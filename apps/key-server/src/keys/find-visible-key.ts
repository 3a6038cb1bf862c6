import type { StoredKey } from "@keywarden/storage";
import type { Principal } from "../auth/principal.ts";
import { isWithin } from "../auth/token-limits.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import type { ServerContext } from "../server-context.ts";

/**
 * Tells whether a principal may know of a key: a token sees all within its limits, a key sees those of its own
 * provider and environment, and one that belongs to a tenant or product sees those of that one.
 */
export function isVisible(principal: Principal, key: StoredKey): boolean {
  if (principal.type !== "key") {
    const { limits } = principal;
    return limits === null || isWithin(limits, { ...key, tenant: restrictionsOf(key).tenant });
  }
  const own = restrictionsOf(principal.key);
  const { tenant, product } = restrictionsOf(key);
  return (
    principal.key.provider === key.provider &&
    principal.key.environment === key.environment &&
    (own.tenant === undefined || own.tenant === tenant) &&
    (own.product === undefined || own.product === product)
  );
}

/** Finds a key by id; the refusal is the same whether there is none or the caller may not know of it. */
export async function findVisibleKey(
  context: { readonly storage: { readonly keys: Pick<ServerContext["storage"]["keys"], "getKey"> } },
  principal: Principal,
  id: string,
  provider?: string,
): Promise<Outcome<StoredKey>> {
  const key = await context.storage.keys.getKey(id);
  if (key === null || !isVisible(principal, key) || (provider !== undefined && key.provider !== provider)) {
    return keyNotFound();
  }
  return done(key);
}

export function keyNotFound() {
  return refuse("KEY_NOT_FOUND", "there is no such key; list the keys to see which ids there are");
}
