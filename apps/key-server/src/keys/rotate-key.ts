import { findFormat } from "@keywarden/key-format";
import {
  isDuplicate,
  type KeyStores,
  type RequestRecord,
  type RotateKey,
  type RotateResult,
  type StoredKey,
} from "@keywarden/storage";
import { checkReach } from "../restrictions/check-reach.ts";
import { keyNotFound } from "./find-visible-key.ts";
import { generationChanged } from "./generation-changed.ts";
import { makeSecret, ownKeyTaken, type SecretDelivery } from "./make-secret.ts";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { repeatRotation } from "./repeat-rotation.ts";
import {
  inFlight,
  readIdempotencyKey,
  REPEATABLE_FOR_MS,
  type RepeatableRequest,
} from "./repeatable-request.ts";
import { notRotatable, rotationAnswer, type RotateOutcome } from "./rotation-answer.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";

export interface RotationRequest {
  readonly expectedGeneration: number | undefined;
  readonly idempotencyKey: string | undefined;
  readonly delivery: SecretDelivery;
}

/**
 * Replaces a key's secret and lets the old one live for the provider's grace period, never longer than its own
 * expiry. Of two rotations that expect the same generation, one wins and the other learns who was faster; of one
 * sender's requests with the same Idempotency-Key only the first one rotates.
 */
export async function rotateKey(
  context: ServerContext,
  provider: MountedProvider,
  caller: Caller,
  key: StoredKey,
  input: RotationRequest,
): Promise<Outcome<RotateOutcome>> {
  const allowed = checkReach(caller.principal, key);
  if (!allowed.ok) return allowed;
  const { delivery, expectedGeneration = null } = input;
  const wanted = [key.id, expectedGeneration, delivery.as === "text" ? null : delivery.header];
  const read = readIdempotencyKey(input.idempotencyKey, caller.principal, "rotate", wanted);
  if (!read.ok) return read;
  const repeatable = read.value;
  if (repeatable === null) return replaceSecret(context, provider, caller, key, input, null);
  const before = await context.storage.requests.find(repeatable.id);
  if (before !== null) return repeatRotation(context, before, repeatable, delivery);
  if (context.inFlight.has(repeatable.id)) return inFlight();
  context.inFlight.add(repeatable.id);
  try {
    return await replaceSecret(context, provider, caller, key, input, repeatable);
  } finally {
    context.inFlight.delete(repeatable.id);
  }
}

async function replaceSecret(
  context: ServerContext,
  { profile }: MountedProvider,
  caller: Caller,
  key: StoredKey,
  { expectedGeneration, delivery }: RotationRequest,
  repeatable: RepeatableRequest | null,
): Promise<Outcome<RotateOutcome>> {
  const format = findFormat(profile, { kind: key.kind, environment: key.environment, label: key.label });
  if (format === undefined) {
    return refuse(
      "BAD_REQUEST",
      `${profile.name} no longer has ${key.kind} keys in ${key.environment}; create a new key and revoke this one`,
    );
  }
  const made = makeSecret(format, delivery, context.randomBytes);
  if (!made.ok) return made;
  const { stored, answered, sealed } = made.value;
  const { graceSeconds } = profile.rotation;
  const rotation: RotateKey = {
    id: key.id,
    ...(expectedGeneration === undefined ? {} : { expectedGeneration }),
    secret: stored,
    graceMs: graceSeconds * 1000,
    audit: {
      action: "key.rotated",
      actor: actorOf(caller.principal),
      subject: key.id,
      provider: key.provider,
      details: {
        ...originOf(caller),
        graceSeconds,
        ...(delivery.as !== "text" && { delivery: delivery.as }),
      },
    },
  };
  try {
    const result = await context.storage.transaction((stores) =>
      rotateOnce(stores, rotation, repeatable, sealed),
    );
    if (result.ok) return done(rotationAnswer(result.key, answered, false));
    if (result.reason === "repeated") return await repeatRotation(context, result.before, result, delivery);
    if (result.reason === "generation") return generationChanged(result.current);
    return result.reason === "not-found" ? keyNotFound() : notRotatable(result.reason);
  } catch (error) {
    if (delivery.as === "own" && isDuplicate(error)) return ownKeyTaken();
    throw error;
  } finally {
    await context.secrets.forget(key.id);
  }
}

/** Another process may have done the same request since we looked, so this looks again where nobody else can write. */
async function rotateOnce(
  { keys, requests }: KeyStores,
  rotation: RotateKey,
  repeatable: RepeatableRequest | null,
  sealed: string | null,
): Promise<
  | RotateResult
  | ({ readonly ok: false; readonly reason: "repeated"; readonly before: RequestRecord } & RepeatableRequest)
> {
  if (repeatable === null) return keys.rotateKey(rotation);
  const before = await requests.find(repeatable.id);
  if (before !== null) return { ok: false, reason: "repeated", before, ...repeatable };
  const result = await keys.rotateKey(rotation);
  if (!result.ok) return result;
  const { id: keyId, generation, asOfMs } = result.key;
  const expiresAtMs = asOfMs + REPEATABLE_FOR_MS;
  await requests.remember({ ...repeatable, keyId, generation, sealed, expiresAtMs });
  return result;
}
