import type { InventoryClient } from "@keywarden/management";
import type { Destination, Target } from "../state/dialog.ts";
import type { Failure } from "../state/event.ts";
import { describeFailure, isOutcomeUnknown } from "./describe-failure.ts";
import { reserveKeyFile, type KeyFile, type Places } from "./key-file.ts";
import type { SendEvent } from "./send-event.ts";

export type ChangeClient = Pick<InventoryClient, "revoke" | "rotate">;

/** Revokes exactly the generation that the operator confirmed. */
export async function revokeKey(
  client: ChangeClient,
  target: Target,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  try {
    const { key, outcome } = await client.revoke(target.id, { expectedGeneration: target.generation });
    send({ kind: "revoked", target, key, isRepeat: outcome === "already-revoked" });
  } catch (error) {
    const title = isOutcomeUnknown(error)
      ? `${target.name} may or may not be revoked: check its status`
      : `${target.name} was not revoked`;
    send({ kind: "action-failed", title, failure: describeFailure(error, now()) });
  }
}

async function reserve(destination: Destination, places: Places): Promise<KeyFile | undefined> {
  return destination.kind === "file" ? reserveKeyFile(destination.path, places) : undefined;
}

/** Rotates exactly the generation that the operator confirmed, with the file for the new key taken beforehand. */
export async function rotateKey(
  client: ChangeClient,
  change: { readonly target: Target; readonly destination: Destination },
  places: Places,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  const { target, destination } = change;
  const refuse = (title: string, failure: Failure) => send({ kind: "action-failed", title, failure });
  let file: KeyFile | undefined;
  try {
    file = await reserve(destination, places);
  } catch (error) {
    const message = error instanceof Error ? error.message : "the file cannot be made";
    refuse(`${target.name} was not rotated`, { message, advice: "Nothing was changed on the server." });
    return;
  }
  try {
    const { key, secret, graceSeconds } = await client.rotate(target.id, {
      expectedGeneration: target.generation,
    });
    const problem = await file?.write(secret).then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : "the file could not be written"),
    );
    send({
      kind: "rotated",
      target,
      key,
      graceSeconds,
      savedTo: file?.path,
      unsaved: problem === undefined || problem === "" ? undefined : { secret, problem },
    });
  } catch (error) {
    await file?.abandon();
    const failure = describeFailure(error, now());
    if (!isOutcomeUnknown(error)) return refuse(`${target.name} was not rotated`, failure);
    refuse(`${target.name} may or may not be rotated`, {
      message: failure.message,
      advice: `If its generation is above ${target.generation} now, the new key is lost: rotate again before the grace period ends.`,
    });
  }
}
