import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Secret } from "@keywarden/key-format";
import { ManagementError } from "@keywarden/management";
import type { RotatableKey } from "../issuer.ts";
import type { FactOf } from "../journal/entry.ts";
import type { RotationState } from "../journal/replay.ts";
import { RotationError } from "../rotation-error.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";
import { seal } from "../seal.ts";
import { revokeOnce } from "./revoke-once.ts";
import { revokeOrphans } from "./revoke-orphans.ts";

/** Makes the new key, after whatever an earlier try may have left is gone. */
export const createSuccessor: StepWork = async (state, tools, record) => {
  const { plan, lostKeyId, mayHaveOrphan, expectedGeneration } = state;
  if (lostKeyId !== null) {
    await revokeOnce(lostKeyId, tools.issuer);
    record({ type: "orphan_revoked", keyId: lostKeyId });
  }
  const sealingKey = tools.sealingKey(true);
  assert(sealingKey !== null, "a sealing key is made where there is none");

  const keep = ({ key, secret }: Issued, oldUntilMs: number | null): FactOf<"created"> => ({
    type: "created",
    keyId: key.id,
    generation: key.generation,
    fingerprint: createHash("sha256").update(secret.reveal(), "utf8").digest("hex"),
    redacted: secret.redacted,
    oldUntilMs,
    sealed: seal(secret, sealingKey, plan.rotation),
  });

  if (plan.contract.procedure === "create-deploy-revoke") {
    if (mayHaveOrphan) await revokeOrphans(state, tools, record);
    record({ type: "begin", step: "create" });
    record(keep(await tools.issuer.createLike(plan.key, plan.successorName), null));
    return;
  }
  record({ type: "begin", step: "create", expectedGeneration });
  try {
    const rolled = await tools.issuer.roll(plan.key.id, expectedGeneration);
    record(keep(rolled, tools.clock() + rolled.graceSeconds * 1000));
  } catch (error) {
    record(await explainRace(error, state, tools));
  }
};

interface Issued {
  readonly key: RotatableKey;
  readonly secret: Secret;
}

/**
 * The provider compares generations, so a roll that was sent twice happens once: when it says that the key has moved
 * on by one step and that we did it, then an answer was lost, and with it a secret that nobody has.
 */
async function explainRace(
  error: unknown,
  { plan, plannedAtMs, expectedGeneration, begunGenerations }: RotationState,
  { issuer }: RotationTools,
): Promise<FactOf<"lost">> {
  if (!(error instanceof ManagementError) || error.lostUpdate === undefined) throw error;
  const { generation, changedBy, changedAt } = error.lostUpdate;
  const isOurs =
    begunGenerations.has(expectedGeneration) &&
    generation === expectedGeneration + 1 &&
    Date.parse(changedAt) >= plannedAtMs - allowedSkewMs &&
    changedBy === (await issuer.whoAmI());
  if (isOurs) {
    return { type: "lost", why: "the answer with the new secret did not arrive", keyId: null, generation };
  }
  throw new RotationError(
    "ROTATION_LOST_RACE",
    `${changedBy} rotated ${plan.key.id} at ${changedAt}, after this rotation was planned; nothing was delivered by this one`,
    { cause: error },
  );
}

const allowedSkewMs = 5 * 60_000;
