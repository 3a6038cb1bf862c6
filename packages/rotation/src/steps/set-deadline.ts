import assert from "node:assert/strict";
import { remainingOfOld } from "../remaining-of-old.ts";
import type { RotationState } from "../journal/replay.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";

/** Writes down when the old key ends: by the provider's answer, or the grace period from now on. */
export function setDeadline(
  { plan, created, oldRemaining }: RotationState,
  { clock }: Pick<RotationTools, "clock">,
  record: Parameters<StepWork>[2],
): void {
  assert(created !== null, "a deadline comes after the new key");
  const untilMs = created.oldUntilMs ?? clock() + plan.graceSeconds * 1000;
  const remainingMs = oldRemaining === null ? {} : { remainingMs: remainingOfOld(oldRemaining, clock()) };
  record({ type: "old_deadline", untilMs, ...remainingMs });
}
