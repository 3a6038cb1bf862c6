import type { NextExposure } from "../rank-next.ts";
import type { FoundExposure } from "./found-exposure.ts";

/** Gives what the ranking needs of exposures; those of keys that no provider knows are about no key. */
export function signsOfExposures(found: readonly FoundExposure[]): readonly NextExposure[] {
  return found.flatMap(({ keyId, firstSeenAtMs, repository }) =>
    keyId === null ? [] : [{ keyId, atMs: firstSeenAtMs, where: repository }],
  );
}
