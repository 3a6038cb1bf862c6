import type { RotationRecord } from "@keywarden/management";
import type { NextRotation } from "./rank-next.ts";

/** Gives the rotations under way that somebody has to continue: a step failed, or nobody holds the lease any more. */
export function signsOfRotations(rotations: readonly RotationRecord[]): readonly NextRotation[] {
  return rotations.flatMap(({ keyId, changedAt, step, failure, isLeased, endedAt }) =>
    endedAt !== null || (failure === null && isLeased)
      ? []
      : [{ keyId, atMs: Date.parse(changedAt), step, hasFailed: failure !== null }],
  );
}
