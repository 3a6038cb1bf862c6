/** A key that an audit says is to be rotated. */
export interface DueKey {
  readonly keyId: string;
  readonly provider: string;
  readonly name: string;
  readonly redacted: string;
  readonly deadlineMs: number | null;
  /** Why, in the audit's words. */
  readonly reason: string;
}

/** The nearest deadline first, those without one last. */
export function orderByDeadline<Due extends Pick<DueKey, "deadlineMs">>(
  keys: readonly Due[],
): readonly Due[] {
  const atMs = ({ deadlineMs }: Pick<DueKey, "deadlineMs">) => deadlineMs ?? Number.MAX_SAFE_INTEGER;
  return keys.toSorted((one, other) => atMs(one) - atMs(other));
}
