import type { FastifyRequest } from "fastify";
import { authenticate, type Authentication } from "../services/authenticate.ts";
import type { Caller, Principal } from "../services/principal.ts";
import { done, refuse, type Outcome } from "../services/refusal.ts";
import { checkKeyManages, checkRole, type Right } from "../services/right.ts";
import type { MountedProvider, ServerContext } from "../services/server-context.ts";
import { readBearer } from "./bearer.ts";

/**
 * Lets a management request in, or says why not and leaves an audit entry.
 * Without a provider only the server's own tokens count; with one, its secret keys do too.
 */
export async function admit(
  context: ServerContext,
  request: FastifyRequest,
  right: Right,
  provider: MountedProvider | null,
): Promise<Outcome<Caller>> {
  const bearer = readBearer(request.headers.authorization);
  const authentication = bearer === null ? null : await authenticate(context.storage, bearer);
  const outcome = decide(authentication, right, provider);
  const who = { ip: request.ip, requestId: request.id };
  if (outcome.ok) {
    const principal = outcome.value;
    if (principal.type === "key") context.usage.used(principal.key.id, context.storage.now());
    return done({ principal, ...who });
  }
  await context.denials.record({
    ...who,
    principal: principalOf(authentication),
    route: `${request.method} ${request.routeOptions.url ?? ""}`,
    reason: reasonOf(authentication, outcome.refusal.code),
    provider: provider?.profile.id ?? null,
  });
  return outcome;
}

function decide(
  authentication: Authentication | null,
  right: Right,
  provider: MountedProvider | null,
): Outcome<Principal> {
  if (authentication === null) return missingCredential();
  if (authentication.status !== "known") return invalidCredential();
  const { principal } = authentication;
  if (principal.type === "token") {
    const allowed = checkRole(principal.role, right);
    return allowed.ok ? done(principal) : allowed;
  }
  if (provider === null || principal.key.provider !== provider.profile.id) return invalidCredential();
  const allowed = checkKeyManages(principal.key, provider.dialect);
  return allowed.ok ? done(principal) : allowed;
}

/** Everything that is not a working credential gets the same answer: only the audit tells a revoked key from a stranger's. */
export function invalidCredential() {
  return refuse(
    "INVALID_TOKEN",
    "Invalid API key. Check that it was copied whole, belongs to this provider and environment, and has not been revoked or expired.",
  );
}

export function missingCredential() {
  return refuse("UNAUTHENTICATED", 'Missing API key. Send it in the header "Authorization: Bearer <key>".');
}

function principalOf(authentication: Authentication | null): Principal | null {
  if (authentication?.status === "known") return authentication.principal;
  return authentication?.status === "dead" ? { type: "key", key: authentication.key } : null;
}

function reasonOf(authentication: Authentication | null, code: string): string {
  return authentication?.status === "dead" ? `key ${authentication.state}` : code.toLowerCase();
}
