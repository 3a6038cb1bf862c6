import { Secret } from "@keywarden/key-format";
import type { IssuedKey } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { ownKeyAnswer, type SecretDelivery } from "./make-secret.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { otherRequest, type RepeatableRequest } from "./repeatable-request.ts";
import type { ServerContext } from "../server-context.ts";
import { viewKey } from "./view-key.ts";

export interface IssueOutcome extends IssuedKey {
  /** Whether it was made by an earlier one of the same requests. */
  readonly isRepeat: boolean;
}

/**
 * Answers a create that made its key before: as the first time while that can be done without a stored text and the
 * key is still the one that was made, else with what to do.
 */
export async function repeatCreate(
  { storage }: ServerContext,
  existing: StoredKey,
  { id, request }: RepeatableRequest,
  delivery: SecretDelivery,
): Promise<Outcome<IssueOutcome>> {
  if (existing.metadata["createRequest"] !== request) return otherRequest();
  if (existing.generation === 1 && existing.state === "active") {
    const answer = { key: viewKey(existing), isRepeat: true };
    const { prefix, lastFour } = existing.secret;
    if (delivery.as === "own") return done({ ...answer, secret: ownKeyAnswer(prefix, lastFour) });
    const sealed = (await storage.requests.find(id))?.sealed ?? null;
    if (sealed !== null) return done({ ...answer, secret: new Secret(sealed) });
  }
  return refuse(
    "SECRET_ALREADY_DELIVERED",
    `this request created ${existing.id} before, and the key's text was in that answer only; if it was lost, rotate ${existing.id}`,
  );
}
