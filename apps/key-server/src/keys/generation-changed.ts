import type { CurrentGeneration } from "@keywarden/storage";
import { refuse } from "../refusal.ts";
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
