import type { ManagedKey, SecretState } from "@keywarden/management";
import type { StoredKey, StoredSecret } from "@keywarden/storage";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import { metadataOf } from "./metadata-of.ts";

/** Shows a stored key as the API does; remaining time is exact, in seconds of the server's own clock. */
export function viewKey(key: StoredKey): ManagedKey {
  const restrictions = restrictionsOf(key);
  const metadata = metadataOf(key);
  const graceUntilMs = key.graceSecret?.validUntilMs ?? null;
  return {
    id: key.id,
    provider: key.provider,
    name: key.name,
    kind: key.kind,
    environment: key.environment,
    label: key.label,
    prefix: key.prefix,
    lastFour: key.secret.lastFour,
    generation: key.generation,
    revision: key.revision,
    state: key.state,
    createdAt: isoOf(key.createdAtMs),
    secretCreatedAt: isoOf(key.secret.createdAtMs),
    lastUsedAt: isoOrNull(key.lastUsedAtMs),
    trackingSince: isoOf(key.trackingSinceMs),
    expiresAt: isoOrNull(key.expiresAtMs),
    revokedAt: isoOrNull(key.revokedAtMs),
    disabledAt: isoOrNull(key.disabledAtMs),
    grace:
      graceUntilMs === null
        ? null
        : { until: isoOf(graceUntilMs), remainingSeconds: Math.max(0, graceUntilMs - key.asOfMs) / 1000 },
    owner: key.owner,
    tags: key.tags,
    permissions: key.permissions,
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
    ...(metadata !== null && { metadata }),
    replaces: key.replaces,
  };
}

/** A replaced secret whose grace is over has expired as far as its holder is concerned. */
export function viewSecretState(secret: StoredSecret): SecretState {
  if (secret.state === "ended") return "expired";
  return secret.state === "pending" ? "active" : secret.state;
}

export function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoOf(atMs);
}
