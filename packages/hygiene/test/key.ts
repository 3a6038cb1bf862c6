import type { AuditedKey } from "@keywarden/hygiene";

export const dayMs = 86_400_000;

/** 2026-01-31T10:20:30.456Z */
export const madeAtMs = 1_769_854_830_456;

/** A live key made on 31 January 2026, used once at that moment and watched from then on. */
export function makeFacts(changes: Partial<AuditedKey> = {}): AuditedKey {
  return {
    id: "key_1",
    provider: "example",
    kind: "secret",
    environment: "production",
    createdAtMs: madeAtMs,
    secretCreatedAtMs: madeAtMs,
    lastUsedAtMs: madeAtMs,
    trackingSinceMs: madeAtMs,
    expiresAtMs: null,
    revokedAtMs: null,
    graceUntilMs: null,
    ...changes,
  };
}
