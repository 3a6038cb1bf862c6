import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Secret } from "@keywarden/key-format";
import { makeSealingKey, ManagementError } from "@keywarden/management";
import type { KeyApi, KeyApiCall, NewSecretOf } from "../key-api.ts";
import type { FactOf } from "../journal/entry.ts";
import type { RotationState } from "../journal/replay.ts";
import { RotationError } from "../rotation-error.ts";
import type { RotationTools, StepWork } from "../rotation-tools.ts";
import { seal } from "../seal.ts";
import { revokeOnce } from "./revoke-once.ts";
import { revokeOrphans } from "./revoke-orphans.ts";
import { settleCreate, settleRoll } from "./settle-attempt.ts";

/** Makes the new key, after whatever an earlier try may have left is gone. */
export const createSuccessor: StepWork = async (state, tools, record) => {
  const { plan, lostKeyId, expectedGeneration } = state;
  if (lostKeyId !== null) {
    await revokeOnce(lostKeyId, tools.keyApi);
    record({ type: "orphan_revoked", keyId: lostKeyId });
  }
  const sealingKey = tools.sealingKey(true);
  assert(sealingKey !== null, "a sealing key exists or is created");

  const keep = ({ key, secret }: Issued, end: EndOfOld): FactOf<"created"> => ({
    type: "created",
    keyId: key.id,
    generation: key.generation,
    fingerprint: createHash("sha256").update(secret.reveal(), "utf8").digest("hex"),
    redacted: secret.redacted,
    ...end,
    sealed: seal(secret, sealingKey, plan.rotation),
  });

  if (plan.contract.procedure === "create-deploy-revoke") {
    const attempt = await settleCreate(state, tools, record);
    record({ type: "begin", step: "create", attempt });
    try {
      const call = callOf(plan.rotation, attempt, sealingKey);
      record(keep(await tools.keyApi.createLike(plan, call), { oldUntilMs: null }));
    } catch (error) {
      if (isTaken(error)) {
        // A request that timed out can arrive behind the look for what it made: then the other key is our own.
        if (state.mayHaveOrphan && (await revokeOrphans(state, tools, record)) > 0) return;
        const why = `somebody else has made the key that replaces ${plan.key.id}: ${error.message}`;
        throw new RotationError("ROTATION_LOST_RACE", why, { cause: error });
      }
      if (!wasDelivered(error)) throw error;
      throw new RotationError(
        "ROTATION_CANNOT_TELL",
        `the new key "${plan.successorName}" was made, but the answer that held it was lost`,
        { cause: error },
      );
    }
    return;
  }
  const attempt = await settleRoll(state, tools);
  record({ type: "begin", step: "create", expectedGeneration, attempt });
  try {
    const call = callOf(plan.rotation, attempt, sealingKey);
    const rolled = await tools.keyApi.roll(plan.key.id, expectedGeneration, call);
    // What the new key's first use begins is counted from its verification.
    const isFromNow = plan.contract.graceFrom === "rotation";
    record(keep(rolled, isFromNow ? endOfOld(rolled, tools.clock()) : { oldUntilMs: null }));
  } catch (error) {
    record(await explainRace(error, state, tools));
  }
};

interface Issued {
  readonly key: NewSecretOf;
  readonly secret: Secret;
}

type EndOfOld = Pick<FactOf<"created">, "oldUntilMs" | "oldRemainingMs">;

/** The provider's own instant where it gives one: the clock here may be days off. */
function endOfOld({ key, graceSeconds }: Rolled, nowMs: number): EndOfOld {
  const graceMs = graceSeconds * 1000;
  const toldMs = Date.parse(key.grace?.until ?? "");
  return Number.isNaN(toldMs)
    ? { oldUntilMs: nowMs + graceMs }
    : { oldUntilMs: toldMs, oldRemainingMs: graceMs };
}

type Rolled = Pick<Awaited<ReturnType<KeyApi["roll"]>>, "key" | "graceSeconds">;

/** Another sealing key makes another request: what was sealed to one that is gone cannot be opened. */
function callOf(rotation: string, attempt: number, seed: Uint8Array): KeyApiCall {
  const sealTo = makeSealingKey(seed);
  const mark = createHash("sha256").update(sealTo.recipient, "utf8").digest("hex").slice(0, 8);
  return { idempotencyKey: `keywarden-${rotation}-${attempt}-${mark}`, sealTo };
}

/** Another key replaces the old one already. */
function isTaken(error: unknown): error is ManagementError {
  return error instanceof ManagementError && error.reason === "SUCCESSOR_EXISTS";
}

/** The provider has done this very request before, and the only answer with the secret is gone. */
function wasDelivered(error: unknown): boolean {
  return error instanceof ManagementError && error.reason === "secret_already_delivered";
}

/**
 * The provider compares generations, so a roll that was sent twice happens once: when it says that the key has moved
 * on by one step and that we did it, then an answer was lost, and with it a secret that nobody has.
 */
async function explainRace(
  error: unknown,
  { plan, plannedAtMs, expectedGeneration, begunGenerations }: RotationState,
  { keyApi }: RotationTools,
): Promise<FactOf<"lost">> {
  const why = "the answer with the new secret did not arrive";
  if (wasDelivered(error)) {
    const generation = expectedGeneration > 0 ? expectedGeneration + 1 : null;
    return { type: "lost", why, keyId: null, generation };
  }
  if (!(error instanceof ManagementError) || error.lostUpdate === undefined) throw error;
  const { generation, changedBy, changedAt } = error.lostUpdate;
  const isOurs =
    begunGenerations.has(expectedGeneration) &&
    generation === expectedGeneration + 1 &&
    Date.parse(changedAt) >= plannedAtMs - allowedSkewMs &&
    changedBy === (await keyApi.whoAmI());
  if (isOurs) return { type: "lost", why, keyId: null, generation };
  throw new RotationError(
    "ROTATION_LOST_RACE",
    `${changedBy} rotated ${plan.key.id} at ${changedAt}, after this rotation was planned; nothing was delivered by this one`,
    { cause: error },
  );
}

const allowedSkewMs = 5 * 60_000;
