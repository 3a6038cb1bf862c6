import type { z } from "zod";
import type { beginRotationSchema, RotationRecord as RotationView } from "@keywarden/management";
import type { KeyStores, RotationRecord, StoredKey } from "@keywarden/storage";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { isVisible, keyNotFound } from "../keys/find-visible-key.ts";
import { isoOf } from "../keys/view-key.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { viewRotation } from "./view-rotation.ts";

/**
 * Claims a key for one rotation, or renews the lease of the one that has this id: of several operators who begin at once, one gets it and the others learn whose it is.
 * An open rotation whose lease is over gives way to the next one.
 */
export function beginRotation(
  context: ServerContext,
  caller: Caller,
  wanted: z.infer<typeof beginRotationSchema>,
): Promise<Outcome<RotationView>> {
  return context.storage.transaction(async (stores) => {
    const key = await stores.keys.getKey(wanted.keyId);
    if (key === null || !isVisible(caller.principal, key)) return keyNotFound();
    const nowMs = key.asOfMs;
    const leaseUntilMs = nowMs + wanted.leaseSeconds * 1000;
    const known = await stores.rotations.get(wanted.id);
    if (known !== null) return renew(stores, known, key, leaseUntilMs);
    if (key.state !== "active")
      return refuse(
        key.state === "revoked" ? "KEY_REVOKED" : key.state === "expired" ? "KEY_EXPIRED" : "KEY_DISABLED",
        `the key is ${key.state} and is not rotated; create a new one`,
      );
    const audit = {
      actor: actorOf(caller.principal),
      subject: key.id,
      provider: key.provider,
      details: { ...originOf(caller), sinks: wanted.sinks },
    };
    const open = await stores.rotations.findOpen(key.id);
    if (open !== null) {
      if (open.leaseUntilMs > nowMs) return inProgress(open);
      await stores.rotations.change(open.id, { outcome: "lapsed" }, { ...audit, action: "rotation.lapsed" });
    }
    const { id, sinks } = wanted;
    const begun = await stores.rotations.begin(
      { id, keyId: key.id, sinks, leaseUntilMs },
      { ...audit, action: "rotation.begun" },
    );
    return done(viewRotation(begun, key, nowMs));
  });
}

async function renew(
  { rotations }: Pick<KeyStores, "rotations">,
  known: RotationRecord,
  key: StoredKey,
  leaseUntilMs: number,
): Promise<Outcome<RotationView>> {
  if (known.keyId !== key.id)
    return refuse("ROTATION_EXISTS", `${known.id} is the rotation of another key; choose another id`);
  const renewed = await rotations.change(
    known.id,
    { leaseUntilMs: Math.max(leaseUntilMs, known.leaseUntilMs) },
    null,
  );
  if (renewed === null) return rotationEnded(known);
  return done(viewRotation(renewed, key, key.asOfMs));
}

export function rotationEnded({ id, outcome, endedAtMs }: RotationRecord) {
  const when = endedAtMs === null ? "" : ` at ${isoOf(endedAtMs)}`;
  return refuse("ROTATION_ENDED", `rotation ${id} ended${when}: ${outcome ?? "ended"}`);
}

/** The answer to the slower of two operators. */
export function inProgress({ id, startedBy, startedAtMs, step, leaseUntilMs }: RotationRecord) {
  return refuse(
    "ROTATION_IN_PROGRESS",
    `${startedBy} began rotation ${id} of this key at ${isoOf(startedAtMs)} and is at "${step}"; let it end, or begin after ${isoOf(leaseUntilMs)}, when its lease is over`,
  );
}
