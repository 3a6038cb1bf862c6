import type { KeyRecord } from "@keywarden/management";
import type { SecretRecord, StoredKey } from "@keywarden/storage";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import { metadataOf } from "./metadata-of.ts";
import { isoOf, isoOrNull } from "./view-key.ts";

/** Shows all that is stored of a key: its hashes, oldest first, but no text of it. */
export function recordOf(key: StoredKey, secrets: readonly SecretRecord[]): KeyRecord {
  const restrictions = restrictionsOf(key);
  const metadata = metadataOf(key);
  return {
    id: key.id,
    provider: key.provider,
    name: key.name,
    kind: key.kind,
    environment: key.environment,
    label: key.label,
    owner: key.owner,
    tags: key.tags,
    permissions: key.permissions,
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
    ...(metadata !== null && { metadata }),
    ...(key.replaces !== null && { replaces: key.replaces }),
    createdAt: isoOf(key.createdAtMs),
    createdBy: key.createdBy,
    expiresAt: isoOrNull(key.expiresAtMs),
    revokedAt: isoOrNull(key.revokedAtMs),
    revokedBy: key.revokedBy,
    ...(key.disabledAtMs !== null && { disabledAt: isoOf(key.disabledAtMs), disabledBy: key.disabledBy }),
    lastUsedAt: isoOrNull(key.lastUsedAtMs),
    lastDeniedAt: isoOrNull(key.lastDeniedAtMs),
    trackingSince: isoOf(key.trackingSinceMs),
    secrets: secrets.map((secret) => ({
      generation: secret.generation,
      sha256: secret.sha256,
      prefix: secret.prefix,
      lastFour: secret.lastFour,
      createdAt: isoOf(secret.createdAtMs),
      createdBy: secret.createdBy,
      notBefore: isoOf(secret.notBeforeMs),
      validUntil: isoOrNull(secret.validUntilMs),
      revokedAt: isoOrNull(secret.revokedAtMs),
    })),
  };
}
