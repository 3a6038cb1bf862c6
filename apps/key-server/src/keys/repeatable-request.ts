import type { Fingerprint } from "@keywarden/key-format";
import type { Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { sha256 } from "../sha256.ts";

/** One request that its sender may repeat: the same sender, operation and Idempotency-Key always name the same one. */
export interface RepeatableRequest {
  readonly id: Fingerprint;
  /** SHA-256 of what was asked for. */
  readonly request: Fingerprint;
}

/** How long a sealed secret, and what a rotation did, is kept for a repeat of its request. */
export const REPEATABLE_FOR_MS = 24 * 3600 * 1000;

/** A key that asks keeps its scope when it is rotated between two attempts, since its id stays. */
export function readIdempotencyKey(
  header: string | undefined,
  principal: Principal,
  operation: "create" | "rotate",
  wanted: unknown,
): Outcome<RepeatableRequest | null> {
  if (header === undefined) return done(null);
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    return refuse("BAD_REQUEST", "Idempotency-Key must be 1 to 255 visible ASCII characters");
  }
  const who = principal.type !== "key" ? principal.id : principal.key.id;
  return done({
    id: sha256(JSON.stringify([operation, who, header])),
    request: sha256(JSON.stringify(wanted)),
  });
}

export function inFlight() {
  return refuse("IDEMPOTENCY_IN_FLIGHT", "the same request is being done now; ask again in a moment");
}

export function otherRequest() {
  return refuse(
    "IDEMPOTENCY_MISMATCH",
    "this Idempotency-Key came with another request before; use a new one for a new request",
  );
}
