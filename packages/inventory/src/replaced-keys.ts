import type { ManagedKey, RotationRecord } from "@keywarden/management";

/** The key from which a living key says that it takes over; null where it says so of none. */
export function predecessorOf({ replaces, state }: Pick<ManagedKey, "replaces" | "state">): string | null {
  return state === "active" ? replaces : null;
}

/** The keys, by id, of which a rotation is in progress or from which one of these keys takes over. */
export function replacedKeys(
  predecessors: Iterable<string>,
  rotations: readonly Pick<RotationRecord, "keyId" | "endedAt">[],
): ReadonlySet<string> {
  const open = rotations.filter(({ endedAt }) => endedAt === null).map(({ keyId }) => keyId);
  return new Set([...predecessors, ...open]);
}
