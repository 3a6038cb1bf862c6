import type { RotationState } from "../journal/replay.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";
import { revokeOnce } from "./revoke-once.ts";

/** Revokes every live key that this rotation asked for but did not keep, and counts them: the answer with its secret was lost. */
export async function revokeOrphans(
  { plan, created }: RotationState,
  { keyApi }: Pick<RotationTools, "keyApi">,
  record: Parameters<StepWork>[2],
): Promise<number> {
  let count = 0;
  for await (const key of keyApi.listMadeBy(plan)) {
    if (key.id === created?.keyId || key.id === plan.key.id) continue;
    await revokeOnce(key.id, keyApi);
    record({ type: "orphan_revoked", keyId: key.id });
    count += 1;
  }
  return count;
}
