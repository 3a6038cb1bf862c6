import assert from "node:assert/strict";
import type { RotationState } from "../journal/replay.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";

/** Writes down when the old key ends: by the provider's answer, or the grace period from now on. */
export function setDeadline(
  { plan, created }: RotationState,
  { clock }: RotationTools,
  record: Parameters<StepWork>[2],
): void {
  assert(created !== null, "a deadline comes after the new key");
  record({ type: "old_deadline", untilMs: created.oldUntilMs ?? clock() + plan.graceSeconds * 1000 });
}
