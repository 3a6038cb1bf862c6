import type { InventoryClient } from "@keywarden/management";
import type { Effect } from "../state/effect.ts";
import { revokeKey, rotateKey } from "./change-key.ts";
import { describeFailure } from "./describe-failure.ts";
import { checkKeyFile, reserveKeyFile, type Places } from "./key-file.ts";
import { loadInventory } from "./load-inventory.ts";
import type { SendEvent } from "./send-event.ts";

export interface PerformerOptions {
  readonly client: Pick<InventoryClient, "list" | "revoke" | "rotate" | "whoAmI">;
  readonly places: Places;
  readonly now: () => number;
  readonly send: SendEvent;
  /** Leaves the screen to the shell and comes back when the operator does. */
  readonly suspend: () => Promise<void>;
  readonly quit: () => void;
}

/** Makes the function that does the work that reducers ask for. It never rejects: every failure becomes an event. */
export function makePerformer(options: PerformerOptions): (effect: Effect) => Promise<void> {
  const { client, places, now, send } = options;
  return async (effect) => {
    switch (effect.kind) {
      case "load":
        return loadInventory(client, effect.loadId, send, now);
      case "identify":
        try {
          send({ kind: "identity", identity: await client.whoAmI() });
        } catch (error) {
          // The load that runs beside this one meets the same failure and shows it.
          send({ kind: "identity-failed", failure: describeFailure(error, now()) });
        }
        return;
      case "revoke":
        return revokeKey(client, effect.target, send, now);
      case "check-destination":
        return send({
          kind: "destination-checked",
          path: effect.path,
          problem: await checkKeyFile(effect.path, places),
        });
      case "rotate":
        return rotateKey(client, effect, places, send, now);
      case "save":
        try {
          const file = await reserveKeyFile(effect.path, places);
          await file.write(effect.secret);
          send({ kind: "saved", target: effect.target, path: file.path });
        } catch (error) {
          send({
            kind: "save-failed",
            problem: error instanceof Error ? error.message : "it cannot be written",
          });
        }
        return;
      case "suspend":
        return options.suspend();
      case "quit":
        return options.quit();
    }
  };
}
