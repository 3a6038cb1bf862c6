import type { z } from "zod";
import type { changeRotationSchema, RotationRecord as RotationView } from "@keywarden/management";
import type { NewAuditEntry } from "@keywarden/storage";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { findVisibleKey, isVisible } from "../keys/find-visible-key.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { rotationEnded } from "./begin-rotation.ts";
import { viewRotation } from "./view-rotation.ts";

/** Finds a rotation of a key that the caller may know of. */
export async function showRotation(
  context: ServerContext,
  { principal }: Caller,
  id: string,
): Promise<Outcome<RotationView>> {
  const rotation = await context.storage.rotations.get(id);
  if (rotation === null) return rotationNotFound();
  const key = await findVisibleKey(context, principal, rotation.keyId);
  if (!key.ok) return rotationNotFound();
  return done(viewRotation(rotation, key.value, key.value.asOfMs));
}

/** Writes down how far a rotation is, and renews its lease. */
export function changeRotation(
  context: ServerContext,
  caller: Caller,
  id: string,
  { leaseSeconds, deadlineSeconds, outcome, ...changes }: z.infer<typeof changeRotationSchema>,
): Promise<Outcome<RotationView>> {
  return context.storage.transaction(async ({ keys, rotations }) => {
    const rotation = await rotations.get(id);
    const key = rotation === null ? null : await keys.getKey(rotation.keyId);
    if (rotation === null || key === null || !isVisible(caller.principal, key)) return rotationNotFound();
    if (rotation.endedAtMs !== null) return rotationEnded(rotation);
    const nowMs = key.asOfMs;
    const deadlineMs =
      deadlineSeconds === undefined || deadlineSeconds === null
        ? deadlineSeconds
        : nowMs + Math.round(deadlineSeconds * 1000);
    const audit: NewAuditEntry = {
      action: outcome === undefined ? "rotation.advanced" : `rotation.${outcome}`,
      actor: actorOf(caller.principal),
      subject: key.id,
      provider: key.provider,
      details: { ...originOf(caller), ...definedOnly({ ...changes, deadlineSeconds }) },
    };
    const changed = await rotations.change(
      id,
      {
        ...definedOnly(changes),
        ...(deadlineMs !== undefined && { deadlineMs }),
        ...(outcome !== undefined && { outcome }),
        // Whoever waits for the end of the grace period is not there to renew it.
        leaseUntilMs: Math.max(nowMs, deadlineMs ?? rotation.deadlineMs ?? 0) + leaseSeconds * 1000,
      },
      audit,
    );
    return changed === null ? rotationNotFound() : done(viewRotation(changed, key, nowMs));
  });
}

type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

function definedOnly<Members extends object>(members: Members): Defined<Members> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Defined<Members>;
}

function rotationNotFound() {
  return refuse("ROTATION_NOT_FOUND", "there is no such rotation; list them to see which ids there are");
}
