import assert from "node:assert/strict";
import type { Secret } from "@keywarden/key-format";
import type { RotationState } from "../journal/replay.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";
import { unseal } from "../seal.ts";

/** Reads the new key, or records that it is lost and must be created again. */
export function openSealed(
  { plan, created }: RotationState,
  { sealingKey }: RotationTools,
  record: Parameters<StepWork>[2],
): Secret | null {
  assert(created !== null, "there is no new key yet");
  const key = sealingKey(false);
  const secret = key === null ? null : unseal(created.sealed, key, plan.rotation);
  if (secret !== null) return secret;
  const isOwnKey = plan.contract.procedure === "create-deploy-revoke";
  record({
    type: "lost",
    why: "the sealing key is gone or does not fit",
    keyId: isOwnKey ? created.keyId : null,
    generation: isOwnKey ? null : created.generation,
  });
  return null;
}
