import type { KeyFacts } from "@keywarden/hygiene";
import type { RotatableKey } from "./key-api.ts";

/** What hygiene needs to know about a key, from its provider's answer; times become epoch milliseconds. */
export function keyFactsOf(key: RotatableKey): KeyFacts {
  const instant = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  return {
    id: key.id,
    provider: key.provider,
    kind: key.kind,
    environment: key.environment,
    createdAtMs: Date.parse(key.createdAt),
    secretCreatedAtMs: Date.parse(key.secretCreatedAt),
    lastUsedAtMs: instant(key.lastUsedAt),
    trackingSinceMs: instant(key.trackingSince),
    expiresAtMs: instant(key.expiresAt),
    revokedAtMs: instant(key.revokedAt),
    graceUntilMs: instant(key.grace?.until ?? null),
  };
}
