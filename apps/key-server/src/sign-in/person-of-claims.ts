import { safeText } from "@keywarden/inventory";
import { isManaged, providersOf, redactWithin, type ProviderProfile } from "@keywarden/key-format";
import { wantedTokenLimitsSchema } from "@keywarden/management";
import type { TokenLimits } from "@keywarden/storage";
import type { Person } from "../auth/principal.ts";
import { sha256 } from "../sha256.ts";
import type { ClaimName, RoleRule, SignInConfig } from "./sign-in-config.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** Who the claims are about, or why that person is not let in. */
export type PersonOfClaims =
  | { readonly ok: true; readonly person: Person }
  | {
      readonly ok: false;
      readonly reason: "unusable-subject" | "no-role" | "no-limit";
      readonly says: string;
      /** Absent where the claims do not tell. */
      readonly named?: Pick<Person, "id" | "name">;
    };

const MOST_SHOWN = 200;
const MOST_VALUES = 10_000;

/**
 * Finds out who the claims of a verified ID token are about, and what the mapping gives them. Claims are what a stranger
 * may have typed into a profile: only text counts, only a claim's own members, and what is shown is cut and cleaned.
 */
export function personOfClaims(
  claims: Claims,
  { issuer, roles }: Pick<SignInConfig, "issuer" | "roles">,
  secretFormats: readonly ProviderProfile[],
): PersonOfClaims {
  const formats = [...providersOf([]).providers, ...secretFormats];
  const show = (value: unknown): string | null => {
    if (typeof value !== "string") return null;
    const text = safeText(value.slice(0, MOST_SHOWN), formats).trim();
    return text === "" ? null : text;
  };
  const { sub } = claims;
  // OpenID Connect Core §2: at most 255 ASCII characters. It is an identity, so it cannot be made to fit.
  const own = [...formats.filter(isManaged), ...secretFormats];
  if (typeof sub !== "string" || !/^[\u0020-\u007E]{1,255}$/.test(sub) || redactWithin(sub, own) !== sub)
    return {
      ok: false,
      reason: "unusable-subject",
      says: "The identity provider says who you are in a form that cannot be kept.",
    };
  // Many providers give random text: in one of some thousand, a short beginning of some public format stands by chance,
  // and the storage keeps no such text.
  const id = `${issuer}#${redactWithin(sub, formats) === sub ? sub : `sha256-${sha256(sub)}`}`;
  const email = claims["email_verified"] === true ? show(claims["email"]) : null;
  const name = show(claims["name"]) ?? show(claims["preferred_username"]) ?? email ?? show(sub) ?? "somebody";
  const named = { id, name };
  const rule = roles.find((one) => isMatch(claims, one));
  if (rule === undefined)
    return {
      ok: false,
      reason: "no-role",
      says: "You are signed in there, but have no access here. Ask whoever runs this server.",
      named,
    };
  const limits = limitsOfRule(claims, rule);
  if (limits === undefined)
    return {
      ok: false,
      reason: "no-limit",
      says: "Your account does not say which keys are yours. Ask whoever runs this server.",
      named,
    };
  return { ok: true, person: { type: "person", ...named, email, role: rule.role, limits } };
}

function isMatch(claims: Claims, { claim, value }: RoleRule): boolean {
  // Some providers let people type any address; one that was not verified proves nothing.
  const isEmail = claim === "email" || (Array.isArray(claim) && claim.length === 1 && claim[0] === "email");
  if (isEmail && claims["email_verified"] !== true) return false;
  return valuesOf(claims, claim).includes(value);
}

/** The limits that a rule gives; undefined where it reads them from a claim that does not say. */
function limitsOfRule(claims: Claims, { limits }: RoleRule): TokenLimits | null | undefined {
  if (limits === undefined) return null;
  const read = <Value extends string>(
    limit: readonly Value[] | { readonly claim: ClaimName } | undefined,
  ): readonly Value[] | undefined | null => {
    if (limit === undefined || !("claim" in limit)) return limit;
    const values = valuesOf(claims, limit.claim);
    return values.length === 0 ? null : (values as Value[]);
  };
  const [providers, environments, tenants] = [
    read(limits.providers),
    read(limits.environments),
    read(limits.tenants),
  ];
  if (providers === null || environments === null || tenants === null) return undefined;
  // What a claim says becomes a limit only as a token could have it, too.
  const usable = wantedTokenLimitsSchema.safeParse({
    ...(providers !== undefined && { providers }),
    ...(environments !== undefined && { environments }),
    ...(tenants !== undefined && { tenants }),
  });
  return usable.success ? usable.data : undefined;
}

/** The texts that a claim has: itself, or those of its list; none where it is anything else. */
function valuesOf(claims: Claims, claim: ClaimName): readonly string[] {
  let value: unknown = claims;
  for (const member of typeof claim === "string" ? [claim] : claim) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, member))
      return [];
    value = (value as Claims)[member];
  }
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value];
  return values.filter((one) => typeof one === "string");
}
