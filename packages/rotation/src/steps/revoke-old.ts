import assert from "node:assert/strict";
import type { KeyApi } from "../key-api.ts";
import type { FactOf } from "../journal/entry.ts";
import type { RotationState } from "../journal/replay.ts";
import { RotationError } from "../rotation-error.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";
import { revokeOnce } from "./revoke-once.ts";

/** Ends the old key, or asks the provider whether it has: always after making sure that the new one is the current one. */
export const revokeOld: StepWork = async (state, tools, record) => {
  const { plan, created, isVerified } = state;
  assert(created !== null && isVerified, "the old key is never revoked before the new one is verified");
  if (plan.contract.procedure === "server-side") {
    record(await confirmEnd(state, created, tools));
    return;
  }
  assert(created.keyId !== plan.key.id, "the new key is not the old one");
  const answer = await tools.keyApi.lookup(created.fingerprint, created.keyId);
  // Where nothing can be asked, that the new key has worked is all there is.
  if (answer.found === false || (answer.found === true && answer.state !== "active")) {
    throw superseded(
      `the new key ${created.redacted} is ${answer.found ? answer.state : "unknown"} at the provider, so the old one is left alone`,
    );
  }
  record({ type: "begin", step: "revoke" });
  const outcome = await revokeOnce(plan.key.id, tools.keyApi);
  record({ type: "old_revoked", keyId: plan.key.id, by: "keywarden", outcome });
};

async function confirmEnd(
  { plan }: RotationState,
  created: FactOf<"created">,
  { keyApi, clock }: RotationTools,
): Promise<FactOf<"old_revoked"> | FactOf<"old_deadline">> {
  if (created.generation === 0) return confirmByFingerprint(plan.key.id, created, keyApi);
  const { generation, state, grace } = await keyApi.show(plan.key.id);
  if (generation !== created.generation) {
    throw superseded(
      `${plan.key.id} has generation ${generation} by now, and this rotation delivered generation ${created.generation}: somebody else rotated it and has the newer key`,
    );
  }
  if (state !== "active") throw superseded(`${plan.key.id} is ${state} by now`);
  // The provider's clock decides, and at least a second keeps two slightly different clocks from a busy loop.
  if (grace !== null) {
    const remainingMs = Math.max(1000, grace.remainingSeconds * 1000);
    const toldMs = Date.parse(grace.until);
    return {
      type: "old_deadline",
      untilMs: Number.isNaN(toldMs) ? clock() + remainingMs : toldMs,
      remainingMs,
    };
  }
  return { type: "old_revoked", keyId: plan.key.id, by: "provider", outcome: "ended" };
}

/** Without generations, the new secret decides: the old one has ended with the time that the provider gave it. */
async function confirmByFingerprint(
  keyId: string,
  { fingerprint, redacted }: FactOf<"created">,
  keyApi: KeyApi,
): Promise<FactOf<"old_revoked">> {
  const answer = await keyApi.lookup(fingerprint, keyId);
  if (answer.found === false || (answer.found === true && answer.state !== "active")) {
    throw superseded(
      `the new secret ${redacted} of ${keyId} is ${answer.found ? answer.state : "unknown"} at the provider: somebody else has rotated or revoked the key since`,
    );
  }
  return { type: "old_revoked", keyId, by: "provider", outcome: answer.found === null ? "due" : "ended" };
}

function superseded(message: string): RotationError {
  return new RotationError("ROTATION_SUPERSEDED", message);
}
