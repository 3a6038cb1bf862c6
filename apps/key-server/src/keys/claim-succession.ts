import type { KeyStores } from "@keywarden/storage";
import type { Principal } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { inProgress } from "../rotations/begin-rotation.ts";
import type { MountedProvider } from "../server-context.ts";
import { isVisible, keyNotFound } from "./find-visible-key.ts";

/** A key that is about to be made to replace another. */
interface Successor {
  readonly id: string;
  readonly replaces?: string | undefined;
  readonly rotation?: string | undefined;
}

/**
 * Lets one living key replace another: of two operators who rotate the same key at once, the second learns of the
 * first one's key, or of the rotation that is to make it. Call it in the transaction that creates the key.
 */
export async function claimSuccession(
  { keys, rotations }: Pick<KeyStores, "keys" | "rotations">,
  principal: Principal,
  { profile }: MountedProvider,
  { id, replaces, rotation }: Successor,
): Promise<Outcome<null>> {
  if (replaces === undefined)
    return rotation === undefined
      ? done(null)
      : refuse("BAD_REQUEST", "rotation needs replaces, the key that the rotation is of");
  const before = await keys.getKey(replaces);
  if (before === null || !isVisible(principal, before) || before.provider !== profile.id)
    return keyNotFound();
  const successor = await keys.findSuccessor(replaces);
  if (successor !== null)
    return refuse(
      "SUCCESSOR_EXISTS",
      `${successor.id} was made by ${successor.createdBy} to replace this key; use that one, or revoke it first`,
    );
  const open = await rotations.findOpen(replaces);
  if (rotation === undefined)
    return open !== null && open.leaseUntilMs > before.asOfMs ? inProgress(open) : done(null);
  if (open === null || open.id !== rotation)
    return open === null
      ? refuse("ROTATION_NOT_FOUND", `${rotation} is not a rotation of ${replaces} in progress`)
      : inProgress(open);
  await rotations.change(rotation, { successorId: id }, null);
  return done(null);
}
