import { isIPv6 } from "node:net";
import type { RateLimitState } from "@keywarden/management";
import { tokenPrefix } from "@keywarden/storage";
import type { KeyStorage, StoredKey } from "@keywarden/storage";
import type { Denied, VerifyRequest } from "@keywarden/verifier";
import { truncateAddress } from "../monitoring/truncate-address.ts";
import { holderOf, type Principal } from "./principal.ts";
import type { ServerContext } from "../server-context.ts";
import { sha256 } from "../sha256.ts";
import { tokenState } from "./token-state.ts";

export type Authentication =
  | {
      readonly status: "known";
      readonly principal: Principal;
      readonly rateLimits: readonly RateLimitState[];
    }
  | {
      readonly status: "denied";
      readonly denied: Denied<StoredKey>;
      /** Whose token it was, where it is one that has ended. */
      readonly principal?: Principal;
    };

/** What it takes to know a sender. */
export interface AuthenticationContext extends Pick<ServerContext, "badTokens"> {
  readonly verifier: Pick<ServerContext["verifier"], "verify">;
  readonly storage: Pick<KeyStorage, "now"> & {
    readonly tokens: Pick<KeyStorage["tokens"], "findBySha256">;
  };
  readonly tokenUses: Pick<ServerContext["tokenUses"], "used">;
  readonly traffic: Pick<ServerContext["traffic"], "record">;
}

const badTokenLimits = [{ requests: 100, windowSeconds: 60 }];

/** Finds who holds a bearer token. Both lookups are by digest, so timing tells nothing about the text. */
export async function authenticate(
  context: AuthenticationContext,
  bearer: string | null,
  request: Omit<VerifyRequest, "text" | "sha256"> & { readonly ip: string },
): Promise<Authentication> {
  if (bearer?.startsWith(tokenPrefix) === true) return findToken(context, bearer, request.ip);
  const verdict = await context.verifier.verify({ text: bearer, ...request });
  context.traffic.record(verdict, request, context.storage.now());
  if (!verdict.ok) return { status: "denied", denied: verdict };
  const { key, rateLimits } = verdict;
  // Of the secrets that are let in only the current one is not in its grace period.
  const isInGrace = key.generation > 1 && sha256(bearer ?? "") !== key.secret.sha256;
  return { status: "known", principal: { type: "key", key, isInGrace }, rateLimits };
}

async function findToken(
  context: AuthenticationContext,
  bearer: string,
  ip: string,
): Promise<Authentication> {
  const denied = { ok: false, key: null, rateLimits: [] } as const;
  const { badTokens, storage } = context;
  const from = networkOf(ip);
  // Looked up for a guesser too: strangers behind the operator's own proxy or NAT must not keep the operator from
  // revoking what they stole, and guessing 256 bits is hopeless.
  const token = await storage.tokens.findBySha256(sha256(bearer));
  const state = token === null ? null : tokenState(token, storage.now());
  if (token !== null && state === "active") {
    context.tokenUses.used(token.id, storage.now());
    return { status: "known", principal: holderOf(token), rateLimits: [] };
  }
  const { allowed, states } = badTokens.take(from, badTokenLimits);
  if (!allowed) {
    const retryAfterSeconds = states[0]?.resetSeconds ?? 1;
    return { status: "denied", denied: { ...denied, code: "too-many-bad-keys", retryAfterSeconds } };
  }
  if (token === null) return { status: "denied", denied: { ...denied, code: "unknown-key" } };
  const code = state === "expired" ? "key-expired" : "key-revoked";
  return { status: "denied", denied: { ...denied, code }, principal: holderOf(token) };
}

/** One attacker has a whole network of IPv6 addresses. */
function networkOf(ip: string): string {
  return isIPv6(ip) && !ip.includes(".") ? truncateAddress(ip) : ip;
}
