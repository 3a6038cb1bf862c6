import type { RotationState } from "../journal/replay.ts";
import { RotationError } from "../rotation-error.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";
import { revokeOrphans } from "./revoke-orphans.ts";

/**
 * Makes sure that no create of an earlier try has left a key behind, and gives the number of the next one: the same
 * number where the provider does the same request only once.
 *
 * @throws {@link RotationError} ROTATION_CANNOT_TELL where nothing can be found out
 */
export async function settleCreate(
  state: RotationState,
  tools: RotationTools,
  record: Parameters<StepWork>[2],
): Promise<number> {
  const { mayHaveOrphan, isOutcomeUnknown, attempt, plan } = state;
  if (!mayHaveOrphan) return attempt + 1;
  try {
    await revokeOrphans(state, tools, record);
    return attempt + 1;
  } catch (error) {
    if (!(error instanceof RotationError) || error.code !== "ROTATION_CANNOT_TELL") throw error;
    if (!isOutcomeUnknown) return attempt + 1;
    if (plan.contract.idempotencyKey) return attempt;
    throw new RotationError(
      "ROTATION_CANNOT_TELL",
      `whether the new key "${plan.successorName}" was made is unknown, and ${error.message}`,
      { cause: error },
    );
  }
}

/** The same for a secret that is replaced in place: resolved by generations, a repeated request, or the last four characters. */
export async function settleRoll(
  { isOutcomeUnknown, attempt, plan, expectedGeneration }: RotationState,
  { keyApi }: RotationTools,
): Promise<number> {
  if (!isOutcomeUnknown) return attempt + 1;
  if (plan.contract.idempotencyKey) return attempt;
  if (expectedGeneration > 0) return attempt + 1;
  const { id, lastFour } = plan.key;
  // After a first replacement, the recorded characters belong to no current secret.
  if (lastFour !== "" && attempt === 1) {
    const now = await keyApi.show(id);
    if (now.lastFour === lastFour) return attempt + 1;
    throw new RotationError(
      "ROTATION_CANNOT_TELL",
      `the secret of ${id} was replaced (it ends in ${now.lastFour} instead of ${lastFour}), by the request whose answer was lost or by somebody else`,
    );
  }
  throw new RotationError(
    "ROTATION_CANNOT_TELL",
    `whether the secret of ${id} was replaced is unknown: the answer was lost, and the provider's API offers no way to find out`,
  );
}
