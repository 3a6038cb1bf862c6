import type { Fingerprint } from "@keywarden/key-format";
import type { RevokedToken, Token } from "@keywarden/management";
import type { ListedToken, TokenRecord } from "@keywarden/storage";
import { actorOf, originOf, type Caller, type Principal } from "./principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { checkRole, rolesWith } from "./right.ts";
import type { ServerContext } from "../server-context.ts";
import { isoOf, isoOrNull } from "../keys/view-key.ts";
import { viewLimits } from "./token-limits.ts";
import { tokenState } from "./token-state.ts";

/** Ends a token before it returns, so that its next request is refused; the last one that may make others stays. */
export async function revokeToken(
  context: ServerContext,
  caller: Caller,
  id: string,
  seen: Fingerprint | undefined,
): Promise<Outcome<RevokedToken>> {
  // In one transaction, so that the last two tokens cannot revoke each other at the same moment.
  const revoked = await context.storage.transaction(async ({ tokens }) => {
    const all = await tokens.list();
    const token = all.find((one) => one.id === id);
    const allowed = checkMayRevoke(caller.principal, token, seen);
    if (!allowed.ok) return allowed;
    if (token === undefined)
      return refuse("TOKEN_NOT_FOUND", "there is no such token; list the tokens to see which ids there are");
    const nowMs = context.storage.now();
    if (makesTokens(token, nowMs) && !all.some((one) => one.id !== id && makesTokens(one, nowMs)))
      return refuse(
        "LAST_ADMIN_TOKEN",
        `no other token could make tokens any more; make another one with the role ${token.role} first, and revoke this one with it`,
      );
    const { name, role } = token;
    const result = await tokens.revoke({
      id,
      audit: {
        action: "token.revoked",
        actor: actorOf(caller.principal),
        details: { ...originOf(caller), tokenId: id, name, role },
      },
    });
    return result.ok
      ? done({ token: viewToken({ ...token, ...result.token }, nowMs), outcome: result.outcome })
      : refuse("TOKEN_NOT_FOUND", "there is no such token");
  });
  if (revoked.ok) await context.storage.feed.settled();
  return revoked;
}

// A responder ends what leaked, and cannot lock anybody out whose token it has never seen.
function checkMayRevoke(
  principal: Principal,
  token: TokenRecord | undefined,
  seen: Fingerprint | undefined,
): Outcome<null> {
  if (seen !== undefined && seen === token?.sha256) return done(null);
  if (principal.type !== "key" && checkRole(principal.role, "tokens").ok) return done(null);
  return refuse(
    "FORBIDDEN",
    `to revoke a token by its id alone takes a token with the role ${rolesWith("tokens").join(" or ")}; with another role, send the SHA-256 of the token that leaked`,
  );
}

function makesTokens(token: TokenRecord, nowMs: number): boolean {
  const isUnlimited = token.limits === null && tokenState(token, nowMs) === "active";
  return isUnlimited && rolesWith("tokens").includes(token.role);
}

/** What may be told of a token: neither its text nor its hash. */
export function viewToken(token: ListedToken, nowMs: number): Token {
  const { id, name, role, limits, createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs, revokedBy } = token;
  return {
    id,
    name,
    role,
    state: tokenState(token, nowMs),
    limits: limits === null ? null : viewLimits(limits),
    expiresAt: isoOrNull(expiresAtMs),
    lastUsedAt: isoOrNull(lastUsedAtMs),
    createdAt: isoOf(createdAtMs),
    revokedAt: isoOrNull(revokedAtMs),
    revokedBy,
  };
}
