import { publicAnswer, type Denied, type VerifiableKey } from "@keywarden/verifier";
import type { FastifyRequest } from "fastify";
import { authenticate, type Authentication } from "../auth/authenticate.ts";
import type { Caller, Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { describeLimits } from "../auth/token-limits.ts";
import { checkKeyManages, checkKeyReads, checkRole, type Right } from "../auth/right.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import { readBearer } from "./headers.ts";
import { requestFacts } from "./request-facts.ts";

/** What a request needs to be let in. */
export interface AdmissionNeeds {
  readonly right: Right;
  readonly provider?: MountedProvider | null;
  /** With which a provider's key is let in that does not manage keys. */
  readonly permission?: string | null;
  /** Whether only what the limits of a token allow is shown and changed; else a token with limits is refused. */
  readonly keepsLimits?: boolean;
}

/**
 * Lets a management request in, or says why not and leaves an audit entry.
 * Without a provider only the server's own tokens count; with one, its secret keys do too: those that manage keys or,
 * where a permission is named, those that hold it.
 */
export async function admit(
  context: ServerContext,
  request: FastifyRequest,
  { right, provider = null, permission = null, keepsLimits = false }: AdmissionNeeds,
): Promise<Outcome<Caller>> {
  const bearer = readBearer(request.headers.authorization);
  const facts = requestFacts(request, provider?.profile.id);
  const authentication = await authenticate(context, bearer, facts);
  const outcome = decide(authentication, { right, provider, permission, keepsLimits });
  const who = { ip: request.ip, requestId: request.id };
  if (outcome.ok) {
    const { principal } = outcome.value;
    if (principal.type === "key") context.usage.used(principal.key.id, context.storage.now());
    return done({ ...outcome.value, ...who });
  }
  const principal = principalOf(authentication);
  if (principal?.type === "key") context.usage.denied(principal.key.id, context.storage.now());
  await context.denials.record({
    ...who,
    principal,
    route: `${request.method} ${request.routeOptions.url ?? ""}`,
    reason:
      authentication.status === "denied" ? authentication.denied.code : outcome.refusal.code.toLowerCase(),
    provider: provider?.profile.id ?? null,
  });
  return outcome;
}

function decide(
  authentication: Authentication,
  { right, provider, permission, keepsLimits }: Required<AdmissionNeeds>,
): Outcome<Pick<Caller, "principal" | "rateLimits">> {
  if (authentication.status === "denied") return refuseDenied(authentication.denied);
  const { principal, rateLimits } = authentication;
  if (principal.type !== "key") {
    const allowed = checkRole(principal.role, right);
    if (!allowed.ok) return allowed;
    const { limits } = principal;
    const providerId = provider?.profile.id;
    const isElsewhere =
      providerId !== undefined && limits?.providers !== undefined && !limits.providers.includes(providerId);
    if (limits !== null && (!keepsLimits || isElsewhere))
      return refuse(
        "FORBIDDEN",
        `this token is limited to ${describeLimits(limits)}, and this is about more; use a token without limits`,
      );
    return done({ principal, rateLimits });
  }
  if (provider === null) return refuseDenied({ ok: false, code: "other-provider", key: null, rateLimits });
  const allowed =
    permission === null
      ? checkKeyManages(principal.key, provider.dialect)
      : checkKeyReads(principal.key, permission);
  return allowed.ok ? done({ principal, rateLimits }) : allowed;
}

/** Everything that is not a working credential gets the same answer: only the audit tells a revoked key from a stranger's. */
export function refuseDenied(denied: Denied<VerifiableKey>) {
  const { code, message, headers } = publicAnswer(denied);
  return refuse(code, message, { headers });
}

function principalOf(authentication: Authentication): Principal | null {
  if (authentication.status === "known") return authentication.principal;
  const { denied, principal = null } = authentication;
  return denied.key === null ? principal : { type: "key", key: denied.key };
}
