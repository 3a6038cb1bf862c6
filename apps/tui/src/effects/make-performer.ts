import type { ManagedProvider, Secret } from "@keywarden/key-format";
import type { InventoryClient } from "@keywarden/management";
import type { Effect } from "../state/effect.ts";
import { describeCallFailure } from "./describe-failure.ts";
import { beginFeed, readUsed, watchChanges } from "./follow-server.ts";
import { loadInventory } from "./load-inventory.ts";
import type { Rotator } from "./make-rotator.ts";
import { fetchSource, type SourceReaders } from "./read-sources.ts";
import { revokeAll } from "./revoke-all.ts";
import { revokeConfirmedKey } from "./revoke-key.ts";
import { switchConfirmedKey } from "./switch-key.ts";
import type * as rotateAll from "./rotate-all.ts";
import type * as restrictKey from "./restrict-key.ts";
import type * as rotateKey from "./rotate-key.ts";
import type { SendEvent } from "./send-event.ts";

export interface PerformerOptions extends SourceReaders {
  readonly client: Pick<
    InventoryClient,
    | "audit"
    | "changes"
    | "disable"
    | "edit"
    | "enable"
    | "list"
    | "listRotations"
    | "listSecurityEvents"
    | "listTokens"
    | "revoke"
    | "show"
    | "usage"
    | "whoAmI"
  >;
  /** Whose keys are known, with what they can be bound to. */
  readonly providers: readonly ManagedProvider[];
  /** Opens what rotates keys, which nobody waits for until a rotation is asked for. */
  readonly openRotator: () => Promise<Rotator>;
  readonly now: () => number;
  readonly send: SendEvent;
  /** Calls the server with this token from now on. */
  readonly useToken: (token: Secret) => void;
  /** Puts text on the terminal's clipboard. */
  readonly copy: (text: string) => void;
  /** Leaves the screen to the shell and comes back when the operator does. */
  readonly suspend: () => Promise<void>;
  readonly quit: () => void;
}

type RotationTools = typeof rotateKey & typeof rotateAll & { readonly rotator: Rotator };

const missingParts = {
  message: "a part of this program could not be read",
  advice: "Nothing was changed. If it was just updated, quit and start it again.",
};

/** What one server is asked for; going to another one is not. */
export type ServerEffect = Exclude<Effect, { kind: "switch-context" }>;

type Performers = {
  readonly [K in ServerEffect["kind"]]: (effect: Extract<Effect, { kind: K }>) => Promise<void> | void;
};

/** Makes the function that does the work that reducers ask for. It never rejects: every failure becomes an event. */
export function makePerformer(options: PerformerOptions): (effect: ServerEffect) => Promise<void> {
  const { client, now, send } = options;
  let feedBegins = Promise.resolve();
  let batch = new AbortController();
  const beginBatch = (): AbortSignal => {
    batch = new AbortController();
    return batch.signal;
  };
  const rotating = async (work: (tools: RotationTools) => Promise<void> | void): Promise<void> => {
    let tools: RotationTools;
    try {
      // Both at once would keep a key waiting.
      await import("@keywarden/management");
      await new Promise((resolve) => void setTimeout(resolve, 1));
      tools = {
        ...(await import("./rotate-key.ts")),
        ...(await import("./rotate-all.ts")),
        rotator: await options.openRotator(),
      };
    } catch {
      // Nothing was begun.
      send({ kind: "action-failed", title: "Rotations cannot be opened", failure: missingParts });
      return;
    }
    await work(tools);
  };
  const restricting = async (work: (tools: typeof restrictKey) => Promise<void>): Promise<void> => {
    let tools: typeof restrictKey;
    try {
      tools = await import("./restrict-key.ts");
    } catch {
      send({ kind: "action-failed", title: "Restrictions cannot be opened", failure: missingParts });
      return;
    }
    await work(tools);
  };
  const performers: Performers = {
    load: async ({ loadId }) => {
      // A change between a page and a later beginning of the feed would be in neither.
      await feedBegins;
      await loadInventory(client, loadId, send, now);
    },
    "begin-feed": () => (feedBegins = beginFeed(client, send, now)),
    watch: (effect) => watchChanges(client, effect, send, now),
    "read-used": ({ sinceMs }) => readUsed(client, sinceMs, send),
    "read-source": ({ source, subject }) => fetchSource(options, source, subject, send, now),
    scan: () => void setImmediate(() => send({ kind: "scan" })),
    identify: async () => {
      try {
        send({ kind: "identity", identity: await client.whoAmI() });
      } catch (error) {
        // The load that runs beside this one meets the same failure and shows it.
        send({ kind: "identity-failed", failure: describeCallFailure(error, now()) });
      }
    },
    "tell-usage": async ({ target }) => {
      try {
        send({ kind: "usage-told", target, usage: await client.usage(target.id) });
      } catch {
        // Nobody asks any more, and the dialog says so.
        send({ kind: "usage-told", target, usage: null });
      }
    },
    revoke: ({ target }) => revokeConfirmedKey(client, target, send, now),
    "switch-key": (effect) => switchConfirmedKey(client, effect, send, now),
    "recall-restrictions": (effect) =>
      restricting(({ recallRestrictions }) => recallRestrictions(options, effect)),
    "plan-restriction": (effect) => restricting(({ planRestriction }) => planRestriction(options, effect)),
    restrict: (effect) => restricting(({ restrictConfirmedKey }) => restrictConfirmedKey(options, effect)),
    "revoke-all": ({ targets }) => revokeAll({ client, send, now, stop: beginBatch() }, targets),
    "stop-batch": () => batch.abort(),
    "recall-sinks": (effect) => rotating(({ recallSinks, rotator }) => recallSinks(rotator, effect, send)),
    plan: (effect) =>
      rotating(({ showRotationPlan, rotator }) => showRotationPlan(rotator, effect, send, now)),
    rotate: (effect) =>
      rotating(async ({ carryOutRotation, reportUnfinished, rotator }) => {
        await carryOutRotation(rotator, client, effect, send, now);
        reportUnfinished(rotator, send);
      }),
    "plan-all": (effect) => rotating(({ planAll, rotator }) => planAll({ rotator, send, now }, effect)),
    "rotate-all": (effect) =>
      rotating(({ rotateAll, rotator }) => rotateAll({ rotator, send, now, stop: beginBatch() }, effect)),
    "list-unfinished": () => rotating(({ reportUnfinished, rotator }) => reportUnfinished(rotator, send)),
    resume: () => rotating(({ continueRotations, rotator }) => continueRotations(rotator, send, now)),
    copy: ({ text }) => options.copy(text),
    "use-token": ({ token }) => options.useToken(token),
    suspend: () => options.suspend(),
    quit: () => options.quit(),
  };
  return async (effect) => {
    await (performers[effect.kind] as (effect: Effect) => Promise<void> | void)(effect);
  };
}
