import type { Secret } from "@keywarden/key-format";
import type { RotatedKey } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { refuse } from "../refusal.ts";
import { isoOrNull, viewKey } from "./view-key.ts";

export interface RotateOutcome extends RotatedKey {
  /** Whether it was done by an earlier one of the same requests. */
  readonly isRepeat: boolean;
}

/** Tells of a rotation; what is left of the grace period is exact, in seconds of the server's own clock. */
export function rotationAnswer(key: StoredKey, secret: Secret, isRepeat: boolean): RotateOutcome {
  const graceUntilMs = key.graceSecret?.validUntilMs ?? null;
  return {
    key: viewKey(key),
    secret,
    graceSeconds: graceUntilMs === null ? 0 : (graceUntilMs - key.asOfMs) / 1000,
    graceUntil: isoOrNull(graceUntilMs),
    isRepeat,
  };
}

export function notRotatable(state: "revoked" | "expired" | "disabled") {
  if (state === "disabled")
    return refuse("KEY_DISABLED", "a disabled key cannot be rotated; enable it first");
  return state === "revoked"
    ? refuse("KEY_REVOKED", "a revoked key cannot be rotated; create a new one")
    : refuse("KEY_EXPIRED", "an expired key cannot be rotated; create a new one");
}
