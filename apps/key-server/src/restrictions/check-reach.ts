import type { StoredKey } from "@keywarden/storage";
import { isBoundAlike } from "./choose-restrictions.ts";
import type { Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";

/**
 * Decides whether a principal may be handed a key's new secret. Rotating a stronger or longer-lived key would be
 * a way to become it, so a key rotates itself and those that can do no more than it can.
 */
export function checkReach(principal: Principal, key: StoredKey): Outcome<null> {
  if (principal.type !== "key" || principal.key.id === key.id) return done(null);
  const { permissions, expiresAtMs } = principal.key;
  const beyond = permissions !== null && (key.permissions?.some((one) => !permissions.includes(one)) ?? true);
  if (beyond) {
    return refuse("FORBIDDEN", "this key cannot rotate a key that has rights which it lacks itself");
  }
  if (expiresAtMs !== null && (key.expiresAtMs === null || key.expiresAtMs > expiresAtMs)) {
    return refuse("FORBIDDEN", "this key cannot rotate a key that lives longer than it does itself");
  }
  if (!isBoundAlike(key, principal.key)) {
    return refuse("FORBIDDEN", "this key cannot rotate a key that is restricted less than it is itself");
  }
  return done(null);
}
