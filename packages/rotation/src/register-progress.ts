import { ManagementError } from "@keywarden/management";
import type { RotationProgress } from "./key-api.ts";
import type { RotationStep } from "./journal/entry.ts";
import type { RotationState } from "./journal/replay.ts";
import { RotationError } from "./rotation-error.ts";
import type { RotationTools } from "./rotation-tools.ts";

type Registering = Pick<RotationTools, "keyApi">;

/**
 * Claims the key before a new one is made, where the provider records rotations.
 *
 * @throws {@link RotationError} ROTATION_LOST_RACE when somebody else has the key
 */
export async function claimKey({ plan }: RotationState, { keyApi }: Registering): Promise<void> {
  try {
    await keyApi.register?.begin(plan, [...new Set(plan.sinks.map(sortOf))]);
  } catch (error) {
    const isElsewhere =
      error instanceof ManagementError && lost.has(error.reason ?? "") && error.status === 409;
    if (!isElsewhere) throw error;
    throw new RotationError("ROTATION_LOST_RACE", error.message, { cause: error });
  }
}

/** Tells everybody how far a rotation is. The journal decides, so what cannot be told now is told with the next step. */
export async function noteProgress(
  { plan }: RotationState,
  { keyApi }: Registering,
  progress: RotationProgress,
): Promise<void> {
  await keyApi.register?.change(plan.rotation, progress).catch(() => {});
}

/** What is told at the beginning of a step. */
export function progressOf(state: RotationState, step: RotationStep): RotationProgress {
  const { created } = state;
  return { step, failure: null, ...(created !== null && { successorId: created.keyId }) };
}

const lost: ReadonlySet<string> = new Set(["ROTATION_IN_PROGRESS", "ROTATION_ENDED", "ROTATION_EXISTS"]);

const sortOf = (sink: string): string => sink.slice(0, sink.indexOf(":")).toLowerCase();
