import type { RotationRecord as RotationView } from "@keywarden/management";
import type { RotationRecord, StoredKey } from "@keywarden/storage";
import { isoOf, isoOrNull } from "../keys/view-key.ts";

/** Shows a rotation as the API does; what is left of its times is by the server's own clock. */
export function viewRotation(
  rotation: RotationRecord,
  { name, provider }: Pick<StoredKey, "name" | "provider">,
  nowMs: number,
): RotationView {
  const { id, keyId, successorId, step, sinks, failure, startedBy, outcome } = rotation;
  const { deadlineMs, leaseUntilMs, endedAtMs } = rotation;
  return {
    id,
    keyId,
    keyName: name,
    provider,
    successorId,
    step,
    sinks,
    failure,
    deadline: isoOrNull(deadlineMs),
    deadlineSeconds: deadlineMs === null ? null : Math.max(0, deadlineMs - nowMs) / 1000,
    leaseUntil: isoOf(leaseUntilMs),
    isLeased: endedAtMs === null && leaseUntilMs > nowMs,
    startedAt: isoOf(rotation.startedAtMs),
    startedBy,
    changedAt: isoOf(rotation.changedAtMs),
    endedAt: isoOrNull(endedAtMs),
    outcome,
  };
}
