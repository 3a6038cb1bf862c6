export type KeyState = "active" | "disabled" | "revoked" | "expired";

/** `pending` is not valid yet, `grace` is an older secret that still works, `ended` an older one whose time is over. */
export type SecretState = "pending" | "active" | "grace" | "disabled" | "ended" | "expired" | "revoked";

export interface KeyTimes {
  readonly generation: number;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly disabledAtMs: number | null;
}

export interface SecretTimes {
  readonly generation: number;
  readonly notBeforeMs: number;
  readonly validUntilMs: number | null;
  readonly revokedAtMs: number | null;
}

/** Derives what a secret is at a moment; every interval is half-open, so at `validUntilMs` itself it is over. */
export function secretState(key: KeyTimes, secret: SecretTimes, nowMs: number): SecretState {
  if (key.revokedAtMs !== null || secret.revokedAtMs !== null) return "revoked";
  const isCurrent = secret.generation === key.generation;
  if (isOver(secret.validUntilMs, nowMs)) return isCurrent ? "expired" : "ended";
  if (isOver(key.expiresAtMs, nowMs)) return "expired";
  if (key.disabledAtMs !== null) return "disabled";
  if (nowMs < secret.notBeforeMs) return "pending";
  return isCurrent ? "active" : "grace";
}

/** Derives what a key is at a moment from its own times and those of its current secret. */
export function keyState(key: KeyTimes, current: SecretTimes, nowMs: number): KeyState {
  if (key.revokedAtMs !== null) return "revoked";
  if (isOver(key.expiresAtMs, nowMs) || isOver(current.validUntilMs, nowMs)) return "expired";
  return key.disabledAtMs === null ? "active" : "disabled";
}

/** Tells whether a key with this secret opens doors at the moment the state was derived for. */
export function isLiveSecret(state: SecretState): boolean {
  return state === "active" || state === "grace";
}

function isOver(untilMs: number | null, nowMs: number): boolean {
  return untilMs !== null && nowMs >= untilMs;
}
