import type { RateLimitState, Role } from "@keywarden/management";
import type { StoredKey, TokenLimits, TokenRecord } from "@keywarden/storage";

/** Who sends a request: the holder of one of the server's own tokens, or of a key that the server issued. */
export type Principal =
  | {
      readonly type: "token";
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      /** The only keys that it opens; all of them where null. */
      readonly limits: TokenLimits | null;
    }
  | {
      readonly type: "key";
      readonly key: StoredKey;
      /** Whether it was shown by its old secret, whose grace period lasts; absent where it was not let in. */
      readonly isInGrace?: boolean;
    };

/** One request's sender, as the audit remembers it. */
export interface Caller {
  readonly principal: Principal;
  readonly ip: string;
  readonly requestId: string;
  /** What is left of the limits of the key that asks; empty for a token and for a key without limits. */
  readonly rateLimits: readonly RateLimitState[];
}

/** Who holds a token. */
export function holderOf({ id, name, role, limits }: TokenRecord) {
  return { type: "token", id, name, role, limits } as const;
}

/** The limits of a token; null where there are none. */
export function limitsOf(principal: Principal): TokenLimits | null {
  return principal.type === "token" ? principal.limits : null;
}

/** The name under which the audit and other operators see a principal. */
export function actorOf(principal: Principal): string {
  return principal.type === "token" ? `token:${principal.name}` : `key:${principal.key.id}`;
}

/** Where an act comes from, for its audit entry. Tokens may share a name, so a token's id is told, too. */
export function originOf({
  principal,
  ip,
  requestId,
}: Pick<Caller, "ip" | "requestId"> & { readonly principal: Principal | null }): {
  readonly ip: string;
  readonly requestId: string;
  readonly actorId?: string;
} {
  return { ip, requestId, ...(principal?.type === "token" && { actorId: principal.id }) };
}
