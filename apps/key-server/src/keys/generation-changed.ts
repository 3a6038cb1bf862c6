import type { AuditLog, CurrentGeneration, StoredKey } from "@keywarden/storage";
import { refuse, type Outcome } from "../refusal.ts";
import { isoOf } from "./view-key.ts";

/** The answer to the slower of two operators: who changed the key, when, and what generation it has now. */
export function generationChanged({ generation, rotatedBy, rotatedAtMs }: CurrentGeneration) {
  const changedAt = isoOf(rotatedAtMs);
  return refuse(
    "GENERATION_CHANGED",
    `the key was changed by ${rotatedBy} at ${changedAt} and now has generation ${generation}; look at it again first`,
    { lostUpdate: { generation, changedBy: rotatedBy, changedAt } },
  );
}

/** The same for any change of a key: the audit knows who made the last one. */
export async function keyChanged(key: StoredKey, audit: Pick<AuditLog, "list">): Promise<Outcome<never>> {
  const [last] = await audit.list({ subject: key.id, actions: changes, isNewestFirst: true, limit: 1 });
  return generationChanged({
    generation: key.generation,
    rotatedBy: last?.actor ?? key.secret.createdBy,
    rotatedAtMs: last?.atMs ?? key.secret.createdAtMs,
  });
}

const changes = ["key.edited", "key.disabled", "key.enabled", "key.rotated", "key.revoked", "key.created"];
