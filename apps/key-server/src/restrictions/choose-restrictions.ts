import type { Environment } from "@keywarden/key-format";
import type { RateLimit, Restrictions } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { coversRanges } from "@keywarden/verifier";
import type { Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { restrictionsOf } from "./restrictions-of.ts";
import type { MountedProvider } from "../server-context.ts";

type Name = keyof Restrictions;

/** Settles what a new key is bound to: what its request says, within what the key that asks is bound to itself. */
export function chooseRestrictions(
  { profile, dialect }: MountedProvider,
  {
    environment,
    restrictions: wanted = {},
  }: {
    readonly environment: Environment;
    readonly restrictions?: Restrictions | undefined;
  },
  principal: Principal,
): Outcome<Restrictions> {
  const foreign = (Object.keys(wanted) as Name[]).filter((name) => !dialect.restrictions.includes(name));
  if (foreign.length > 0) {
    const known = dialect.restrictions.join(", ") || "none";
    return refuse(
      "BAD_REQUEST",
      `a key of ${profile.name} cannot be restricted by ${foreign.join(", ")}; it has ${known}`,
    );
  }
  const deadRule = findDeadRule(wanted);
  if (deadRule !== null) return refuse("BAD_REQUEST", deadRule);
  const prefix = profile.variables.find(({ holds }) => holds === "tenant")?.prefixes?.[environment];
  if (wanted.tenant !== undefined && prefix !== undefined && !wanted.tenant.startsWith(prefix)) {
    return refuse(
      "BAD_REQUEST",
      `a ${environment} key belongs to a tenant that starts with ${prefix}; check the tenant and the environment`,
    );
  }
  if (principal.type !== "key") return done(wanted);
  const own = restrictionsOf(principal.key);
  const chosen = { ...own, ...wanted };
  return isWithin(chosen, own)
    ? done(chosen)
    : refuse("FORBIDDEN", "this key cannot create a key that is restricted less than it is itself");
}

/** Tells whether a key may be handed another's secret without gaining by it. */
export function isBoundAlike(key: StoredKey, principal: StoredKey): boolean {
  return isWithin(restrictionsOf(key), restrictionsOf(principal));
}

function isWithin(inner: Restrictions, outer: Restrictions): boolean {
  return (Object.keys(outer) as Name[]).every((name) => {
    const [limit, chosen] = [outer[name], inner[name]];
    if (chosen === undefined) return limit === undefined;
    if (name === "rateLimits") return isSlower(inner.rateLimits ?? [], outer.rateLimits ?? []);
    if (typeof limit === "string" || typeof chosen === "string") return limit === chosen;
    if (name === "ipRanges") return coversRanges(outer.ipRanges ?? [], inner.ipRanges ?? []);
    const allowed: readonly unknown[] = limit ?? [];
    return chosen.every((one) => allowed.includes(one));
  });
}

// Limits of other windows cannot be compared: how much fits into one of them depends on when the other begins.
function isSlower(inner: readonly RateLimit[], outer: readonly RateLimit[]): boolean {
  return outer.every((limit) =>
    inner.some(
      ({ requests, windowSeconds }) => windowSeconds === limit.windowSeconds && requests <= limit.requests,
    ),
  );
}

/** Says which rule no request can ever match, as a wildcard where none is read; null when all can. Such a key would open nothing. */
function findDeadRule({ endpoints = [], referrers = [] }: Restrictions): string | null {
  for (const rule of endpoints) {
    const segments = (rule.split(" ")[1] ?? "").split("/");
    if (segments.some((segment) => segment === "." || segment === ".."))
      return `endpoints: ${JSON.stringify(rule)} matches no request, because no path with . or .. in it is let through`;
    if (segments.slice(0, -1).includes("**"))
      return `endpoints: ${JSON.stringify(rule)} matches no request, because ** stands for what follows only at the end; * stands for one segment anywhere`;
  }
  const wild = referrers.find((origin) => origin.includes("*"));
  if (wild === undefined) return null;
  return `referrers: ${JSON.stringify(wild)} matches no page, because * is not a wildcard there; name each origin`;
}
