import type { RateLimitState, Role } from "@keywarden/management";
import type { StoredKey, TokenLimits, TokenRecord } from "@keywarden/storage";

/** Somebody whom an identity provider knows, signed in to the console. */
export interface Person {
  readonly type: "person";
  /** The provider and the subject there, which together are never given to anybody else. */
  readonly id: string;
  /** As the provider says it, made safe to show; anybody may have chosen it. */
  readonly name: string;
  /** Only where the provider verified that it is theirs. */
  readonly email: string | null;
  readonly role: Role;
  /** The only keys that they see and change; all of them where null. */
  readonly limits: TokenLimits | null;
}

/**
 * Who sends a request: the holder of one of the server's own tokens, a person who signed in, or the holder of a key that
 * the server issued.
 */
export type Principal =
  | {
      readonly type: "token";
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      /** The only keys that it opens; all of them where null. */
      readonly limits: TokenLimits | null;
    }
  | Person
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

/** The limits of a token or a person; null where there are none. */
export function limitsOf(principal: Principal): TokenLimits | null {
  return principal.type === "key" ? null : principal.limits;
}

/**
 * Names a person in the audit. People choose their names, so only an address that the provider verified stands alone;
 * else the subject follows, which is nobody else's there.
 */
export function describePerson({ id, name, email }: Pick<Person, "id" | "name" | "email">): string {
  return `person:${email ?? `${name}#${id.slice(id.indexOf("#") + 1)}`}`;
}

/** The name under which the audit and other operators see a principal. */
export function actorOf(principal: Principal): string {
  if (principal.type === "person") return describePerson(principal);
  return principal.type === "token" ? `token:${principal.name}` : `key:${principal.key.id}`;
}

/** Where an act comes from, for its audit entry. Tokens and people may share a name, so their ids are told, too. */
export function originOf({
  principal,
  ip,
  requestId,
}: Pick<Caller, "ip" | "requestId"> & { readonly principal: Principal | null }): {
  readonly ip: string;
  readonly requestId: string;
  readonly actorId?: string;
  readonly actorName?: string;
} {
  return {
    ip,
    requestId,
    ...(principal !== null && principal.type !== "key" && { actorId: principal.id }),
    ...(principal?.type === "person" && { actorName: principal.name }),
  };
}
