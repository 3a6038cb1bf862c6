import { Secret } from "@keywarden/key-format";
import type { RequestRecord } from "@keywarden/storage";
import { keyNotFound } from "./find-visible-key.ts";
import { generationChanged } from "./generation-changed.ts";
import { ownKeyAnswer, type SecretDelivery } from "./make-secret.ts";
import { refuse, done, type Outcome } from "../refusal.ts";
import { otherRequest, type RepeatableRequest } from "./repeatable-request.ts";
import { notRotatable, rotationAnswer, type RotateOutcome } from "./rotation-answer.ts";
import type { ServerContext } from "../server-context.ts";

/**
 * Answers a rotation that was done before: as the first time while that can be done without a stored text and the
 * secret is still the current one, else with what has become of it.
 */
export async function repeatRotation(
  { storage }: ServerContext,
  before: RequestRecord,
  { request }: RepeatableRequest,
  delivery: SecretDelivery,
): Promise<Outcome<RotateOutcome>> {
  if (before.request !== request) return otherRequest();
  const key = await storage.keys.getKey(before.keyId);
  if (key === null) return keyNotFound();
  if (key.state !== "active") return notRotatable(key.state);
  if (key.generation !== before.generation) {
    const { generation, secret } = key;
    return generationChanged({ generation, rotatedBy: secret.createdBy, rotatedAtMs: secret.createdAtMs });
  }
  const { prefix, lastFour } = key.secret;
  if (delivery.as === "own") return done(rotationAnswer(key, ownKeyAnswer(prefix, lastFour), true));
  if (before.sealed !== null) return done(rotationAnswer(key, new Secret(before.sealed), true));
  return refuse(
    "SECRET_ALREADY_DELIVERED",
    `this request rotated ${key.id} before, and the new key's text was in that answer only; if it was lost, rotate again`,
  );
}
