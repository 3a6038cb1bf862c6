import type { RotationStep } from "./journal/entry.ts";
import { mayAbandon, type RotationState } from "./journal/replay.ts";
import { baseName } from "./successor-name.ts";

/** Describes which keys are alive, where they are, and the remedy for a rotation that cannot continue by itself. */
export function describeRemedy(state: RotationState, step: RotationStep): string {
  const { plan, created, delivered, isVerified } = state;
  const resume = `keywarden rotate --resume ${plan.rotation}`;
  const isOwnKey = plan.contract.procedure === "create-deploy-revoke";
  const there = [...delivered].join(" and ");
  if (created === null) {
    const isRecorded = plan.successorName === baseName(plan.key.name);
    if (isOwnKey && isRecorded)
      return `${plan.key.id} works as before. Put the cause right and run ${resume}, which first revokes what an earlier try may have left behind.`;
    return isOwnKey
      ? `${plan.key.id} works as before. Look for a live key named "${plan.successorName}" and revoke it, or put the cause right and run ${resume}.`
      : plan.key.generation === 0
        ? `Look at ${plan.key.id} at its provider: when its secret has not been replaced since ${plan.key.secretCreatedAt || "this rotation began"}, it works as before. ${resume} lets the provider replace it once more, which may end the old secret at once.`
        : `Look at it: keywarden keys show ${plan.key.id}. If its generation is still ${plan.key.generation}, it works as before. Put the cause right and run ${resume}.`;
  }
  const old = isOwnKey
    ? `The old key ${plan.key.id} still works.`
    : "The old secret works until its grace period is over.";
  if (isVerified) {
    return step === "revoke"
      ? `The new key works and is in ${there}. ${old} See that it is not used any more, then run ${resume}${isOwnKey ? ` or keywarden revoke ${plan.key.id}` : ""}.`
      : `The new key works and the old one is ended. Run ${resume}, which looks for left-over keys.`;
  }
  const where = there === "" ? "The new key is in no sink yet." : `The new key is already in ${there}.`;
  const back = mayAbandon(state) ? ` ${describeAbandoning(state)}` : "";
  return `${old} ${where} Put the cause right and run ${resume}.${back}`;
}

/** Names the command that takes a rotation back. */
export const describeAbandoning = ({ plan }: RotationState): string =>
  `To give up instead: keywarden rotate --abandon ${plan.rotation}.`;
