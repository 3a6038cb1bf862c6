import type { Environment, KeyKind } from "@keywarden/key-format";
import type { BoundTo, DenialCode, RateLimitState, Restrictions } from "@keywarden/management";

/** What a verifier needs to know about a key; the caller's type may have more. */
export interface VerifiableKey {
  readonly id: string;
  readonly provider: string;
  readonly kind: KeyKind;
  readonly permissions: readonly string[] | null;
  /** If known, a tenant whose name belongs to another environment is refused. */
  readonly environment?: Environment;
}

export interface FoundSecret<Key extends VerifiableKey> {
  readonly key: Key;
  /** State of the secret that was shown, derived when it was found. */
  readonly state: "pending" | "active" | "grace" | "disabled" | "ended" | "expired" | "revoked";
  readonly restrictions: Restrictions;
}

export interface VerifyRequest {
  /** The key as it was sent; a leading `secret-token:` is removed (RFC 8959). */
  readonly text?: string | null | undefined;
  /** Instead of the text, where the text must not travel. */
  readonly sha256?: string | undefined;
  /** Where the request comes from, with proxies already taken off and with or without a port; null when unknown, which no IP range has. */
  readonly ip: string | null;
  readonly referrer?: string | null | undefined;
  /** Absent where a key is judged without a request; a key that is bound to endpoints is then refused. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly provider?: string | undefined;
  readonly kinds?: readonly KeyKind[] | undefined;
  /** Needed of a key that carries a list of permissions. */
  readonly permission?: string | null | undefined;
  readonly product?: string | undefined;
  readonly tenant?: string | undefined;
  readonly projectTags?: readonly string[] | undefined;
  /** What the caller checks itself; a key that is bound to one of the others is refused where the request does not name it. */
  readonly unchecked?: readonly BoundTo[] | undefined;
  /** How much of the key's rate limits the request takes; 1 when absent. */
  readonly cost?: number | undefined;
}

export interface Allowed<Key extends VerifiableKey> {
  readonly ok: true;
  readonly key: Key;
  readonly rateLimits: readonly RateLimitState[];
}

export interface Denied<Key extends VerifiableKey> {
  readonly ok: false;
  readonly code: DenialCode;
  /** The key that was recognised, including an ended one; null if unknown. */
  readonly key: Key | null;
  readonly rateLimits: readonly RateLimitState[];
  readonly retryAfterSeconds?: number;
}

export type Verdict<Key extends VerifiableKey> = Allowed<Key> | Denied<Key>;
