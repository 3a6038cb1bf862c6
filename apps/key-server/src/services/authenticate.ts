import type { RateLimitState } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import type { Denied, VerifyRequest } from "@keywarden/verifier";
import type { Principal } from "./principal.ts";
import type { ServerContext } from "./server-context.ts";
import { sha256 } from "./sha256.ts";

export type Authentication =
  | {
      readonly status: "known";
      readonly principal: Principal;
      readonly rateLimits: readonly RateLimitState[];
    }
  | { readonly status: "denied"; readonly denied: Denied<StoredKey> };

/** Starts every token of the server itself, so that a secret scanner can name one. */
export const TOKEN_PREFIX = "kwt_";

const badTokenLimits = [{ requests: 100, windowSeconds: 60 }];

/** Finds who holds a bearer token. Both lookups are by digest, so timing tells nothing about the text. */
export async function authenticate(
  context: ServerContext,
  bearer: string | null,
  request: Omit<VerifyRequest, "text" | "sha256"> & { readonly ip: string },
): Promise<Authentication> {
  if (bearer?.startsWith(TOKEN_PREFIX) === true) return findToken(context, bearer, request.ip);
  const verdict = await context.verifier.verify({ text: bearer, ...request });
  context.traffic.record(verdict, request, context.storage.now());
  if (!verdict.ok) return { status: "denied", denied: verdict };
  return { status: "known", principal: { type: "key", key: verdict.key }, rateLimits: verdict.rateLimits };
}

async function findToken(context: ServerContext, bearer: string, ip: string): Promise<Authentication> {
  const denied = { ok: false, key: null, rateLimits: [] } as const;
  const { badTokens, storage } = context;
  if (badTokens.hasRoom(ip, badTokenLimits)) {
    const token = await storage.tokens.findBySha256(sha256(bearer));
    if (token !== null) {
      const { id, name, role } = token;
      return { status: "known", principal: { type: "token", id, name, role }, rateLimits: [] };
    }
    badTokens.take(ip, badTokenLimits);
    return { status: "denied", denied: { ...denied, code: "unknown-key" } };
  }
  const retryAfterSeconds = Math.max(1, badTokens.take(ip, badTokenLimits).states[0]?.resetSeconds ?? 1);
  return { status: "denied", denied: { ...denied, code: "too-many-bad-keys", retryAfterSeconds } };
}
