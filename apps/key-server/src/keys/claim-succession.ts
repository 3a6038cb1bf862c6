import type { KeyStore, NewKey } from "@keywarden/storage";
import type { Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { MountedProvider } from "../server-context.ts";
import { isVisible, keyNotFound } from "./find-visible-key.ts";

/**
 * Lets one living key replace another: of two operators who rotate the same key at once, the second learns of the
 * first one's key. Call it in the transaction that creates the key.
 */
export async function claimSuccession(
  keys: Pick<KeyStore, "getKey" | "findSuccessor">,
  principal: Principal,
  { profile }: MountedProvider,
  { replaces = null }: Pick<NewKey, "replaces">,
): Promise<Outcome<null>> {
  if (replaces === null) return done(null);
  const before = await keys.getKey(replaces);
  if (before === null || !isVisible(principal, before) || before.provider !== profile.id)
    return keyNotFound();
  const successor = await keys.findSuccessor(replaces);
  if (successor === null) return done(null);
  return refuse(
    "SUCCESSOR_EXISTS",
    `${successor.id} was made by ${successor.createdBy} to replace this key; use that one, or revoke it first`,
  );
}
