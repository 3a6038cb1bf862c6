import type { Secret } from "@keywarden/key-format";
import type { InventoryClient } from "@keywarden/management";
import type { Effect } from "../state/effect.ts";
import { describeFailure } from "./describe-failure.ts";
import { loadInventory } from "./load-inventory.ts";
import type { Rotator } from "./make-rotator.ts";
import { revokeKey } from "./revoke-key.ts";
import { planKey, recallSinks, reportUnfinished, resumeRotations, rotateKey } from "./rotate-key.ts";
import type { SendEvent } from "./send-event.ts";

export interface PerformerOptions {
  readonly client: Pick<InventoryClient, "list" | "revoke" | "show" | "whoAmI">;
  readonly rotator: Rotator;
  readonly now: () => number;
  readonly send: SendEvent;
  /** Calls the server with this token from now on. */
  readonly useToken: (token: Secret) => void;
  /** Leaves the screen to the shell and comes back when the operator does. */
  readonly suspend: () => Promise<void>;
  readonly quit: () => void;
}

/** Makes the function that does the work that reducers ask for. It never rejects: every failure becomes an event. */
export function makePerformer(options: PerformerOptions): (effect: Effect) => Promise<void> {
  const { client, rotator, now, send } = options;
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
      case "recall-sinks":
        return recallSinks(rotator, effect, send);
      case "plan":
        return planKey(rotator, effect, send, now);
      case "rotate":
        await rotateKey(rotator, client, effect, send, now);
        return reportUnfinished(rotator, send);
      case "list-unfinished":
        return reportUnfinished(rotator, send);
      case "resume":
        return resumeRotations(rotator, send, now);
      case "use-token":
        return options.useToken(effect.token);
      case "suspend":
        return options.suspend();
      case "quit":
        return options.quit();
    }
  };
}
