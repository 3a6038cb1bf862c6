import { findFormat, generateKey } from "@keywarden/key-format";
import type { RotatedKey } from "@keywarden/management";
import type { StoredKey } from "@keywarden/storage";
import { checkReach } from "./check-reach.ts";
import { keyNotFound } from "./find-visible-key.ts";
import { generationChanged } from "./generation-changed.ts";
import { newSecret } from "./new-secret.ts";
import { actorOf, type Caller } from "./principal.ts";
import { done, refuse, type Outcome } from "./refusal.ts";
import type { MountedProvider, ServerContext } from "./server-context.ts";
import { isoOrNull, viewKey } from "./view-key.ts";

/**
 * Replaces a key's secret and lets the old one live for the provider's grace period, never longer than its own
 * expiry. Of two rotations that expect the same generation, one wins and the other learns who was faster.
 */
export async function rotateKey(
  context: ServerContext,
  { profile }: MountedProvider,
  caller: Caller,
  key: StoredKey,
  expectedGeneration: number | undefined,
): Promise<Outcome<RotatedKey>> {
  const format = findFormat(profile, { kind: key.kind, environment: key.environment, label: key.label });
  if (format === undefined) {
    return refuse(
      "BAD_REQUEST",
      `${profile.name} no longer has ${key.kind} keys in ${key.environment}; create a new key and revoke this one`,
    );
  }
  const allowed = checkReach(caller.principal, key);
  if (!allowed.ok) return allowed;
  const secret = generateKey(format, context.randomBytes);
  const result = await context.storage.keys.rotateKey({
    id: key.id,
    ...(expectedGeneration === undefined ? {} : { expectedGeneration }),
    secret: newSecret(secret, format),
    graceMs: profile.rotation.graceSeconds * 1000,
    audit: {
      action: "key.rotated",
      actor: actorOf(caller.principal),
      subject: key.id,
      provider: key.provider,
      details: { ip: caller.ip, requestId: caller.requestId, graceSeconds: profile.rotation.graceSeconds },
    },
  });
  context.secrets.forget(key.id);
  if (result.ok) {
    const graceUntilMs = result.previous.state === "grace" ? result.previous.validUntilMs : null;
    return done({
      key: viewKey(result.key),
      secret,
      graceSeconds: graceUntilMs === null ? 0 : (graceUntilMs - result.key.asOfMs) / 1000,
      graceUntil: isoOrNull(graceUntilMs),
    });
  }
  if (result.reason === "generation") return generationChanged(result.current);
  if (result.reason === "not-found") return keyNotFound();
  return result.reason === "revoked"
    ? refuse("KEY_REVOKED", "a revoked key cannot be rotated; create a new one")
    : refuse("KEY_EXPIRED", "an expired key cannot be rotated; create a new one");
}
