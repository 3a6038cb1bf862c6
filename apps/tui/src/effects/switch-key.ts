import type { InventoryClient } from "@keywarden/management";
import type { Target } from "../state/dialog.ts";
import { describeCallFailure, isOutcomeUnknown } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

/** Disables or enables the key exactly as the operator saw it when they confirmed. */
export async function switchConfirmedKey(
  client: Pick<InventoryClient, "disable" | "enable">,
  { act, target }: { readonly act: "disable" | "enable"; readonly target: Target },
  send: SendEvent,
  now: () => number,
): Promise<void> {
  const { id, name, generation, revision } = target;
  try {
    const { key, outcome } = await client[act](id, { generation, revision });
    send({ kind: "key-switched", act, target, key, isRepeat: outcome !== "changed" });
  } catch (error) {
    const title = isOutcomeUnknown(error)
      ? `${name} may or may not be ${act}d: check its status`
      : `${name} was not ${act}d`;
    send({ kind: "action-failed", title, failure: describeCallFailure(error, now()) });
  }
}
