import type { FoundExposure } from "@keywarden/inventory";
import type { SourceReadings } from "./source.ts";

/** What the App has told of one key. */
export interface KeyExposures {
  readonly found: readonly FoundExposure[];
  /** What was found stays true; that nothing was found is only as good as the last answer. */
  readonly isKnown: boolean;
  /** Why the last answer did not come, in words; null where it did, or is on its way. */
  readonly problem: string | null;
}

/** Gives what is known of where a key was found. */
export function exposuresOf(id: string, { exposures }: SourceReadings): KeyExposures {
  const value = exposures?.value ?? null;
  const problem = exposures?.problem?.message ?? null;
  const found = (value ?? []).filter(({ keyId }) => keyId === id);
  return { found, isKnown: found.length > 0 || (value !== null && problem === null), problem };
}
