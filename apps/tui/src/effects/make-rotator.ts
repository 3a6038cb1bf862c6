import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Providers } from "@keywarden/key-format";
import { dialects, type InventoryClient } from "@keywarden/management";
import {
  makeInventoryKeyApi,
  openRotationStore,
  openSink,
  planRotation,
  replay,
  RotationError,
  runRotation,
  stateDirectory,
  type Journal,
  type RotationEvent,
  type RotationPlan,
  type RotationResult,
  type RotationStore,
} from "@keywarden/rotation";
import type { Target } from "../state/dialog.ts";
import type { Unfinished } from "../state/event.ts";

/** Rotates keys as `keywarden rotate` does, with the same journals: what one program began, the other continues. */
export interface Rotator {
  /** The sinks of the key's last rotation on this machine; none where it had none. */
  recall(keyId: string): readonly string[];
  /** Decides everything and changes nothing; throws where the key or a sink is not ready. */
  plan(target: Target, sinks: readonly string[]): Promise<RotationPlan>;
  /** Carries a plan out until the new key works; the grace period of the old one is not waited for. */
  start(plan: RotationPlan, onEvent: (event: RotationEvent) => void): Promise<RotationResult>;
  /** The rotations at this server that are not done, and from when on each can go on. */
  unfinished(): readonly Unfinished[];
  resume(rotation: string, onEvent: (event: RotationEvent) => void): Promise<RotationResult>;
}

export interface RotatorOptions {
  readonly client: InventoryClient;
  readonly server: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Providers and formats of this run. */
  readonly known: Pick<Providers, "providers" | "managedProviders">;
}

export function makeRotator(options: RotatorOptions): Rotator {
  const { client, server, directory, env, known } = options;
  const keyApi = makeInventoryKeyApi(client);
  // Where there is no home folder nothing is remembered, so nothing can be under way either.
  const folder = stateDirectory(env, directory);
  let opened: RotationStore | undefined;
  const store = (): RotationStore => (opened ??= openStore(folder));
  const remembered = () => (folder === null ? [] : store().list());
  const profileOf = (provider: string) => known.managedProviders.find(({ id }) => id === provider);

  const run = async (journal: Journal, onEvent: (event: RotationEvent) => void): Promise<RotationResult> => {
    const { plan } = replay(journal.entries);
    const dialect = dialects[profileOf(plan.key.provider)?.dialect ?? ""];
    if (dialect === undefined)
      throw new RotationError("ROTATION_REFUSED", `no profile describes ${plan.key.provider} any more`);
    return runRotation({
      journal,
      keyApi,
      providers: known.providers,
      verification: {
        baseUrl: plan.callUrl ?? `${server}/${plan.key.provider}`,
        dialect,
        fetch: options.fetch,
      },
      sinks: plan.sinks.map((sink) => openSink(sink, { ...options, directory: plan.directory })),
      sealingKey: (mayCreate) => store().sealingKey(plan.rotation, mayCreate),
      destroySealingKey: () => store().destroySealingKey(plan.rotation),
      clock: Date.now,
      wait: (ms) => sleep(ms),
      random: Math.random,
      waitsForGrace: false,
      onEvent,
    });
  };

  return {
    recall: (keyId) =>
      remembered().findLast(({ state }) => state?.plan.key.id === keyId)?.state?.plan.sinks ?? [],
    plan: ({ id }, sinks) =>
      planRotation({
        keyApi,
        server,
        via: "operator",
        directory,
        keyId: id,
        profileOf,
        sinks: sinks.map((sink) => openSink(sink, options)),
        endGrace: false,
        rotation: randomBytes(4).toString("hex"),
        now: Date.now,
      }),
    start: async ({ fact }, onEvent) => {
      const lock = store().lock(server, fact.key.id);
      try {
        return await run(store().create(fact), onEvent);
      } finally {
        lock.release();
      }
    },
    unfinished: () =>
      remembered().flatMap(({ rotation, state }) =>
        state?.status === "running" && state.plan.server === server && state.plan.via !== "provider"
          ? [
              {
                rotation,
                keyId: state.plan.key.id,
                name: state.plan.key.name,
                dueAtMs: state.oldUntilMs ?? 0,
              },
            ]
          : [],
      ),
    resume: async (rotation, onEvent) => {
      const { plan } = replay(store().open(rotation).entries);
      const lock = store().lock(plan.server, plan.key.id);
      try {
        // Opened again under the lock: whoever had it may have gone on meanwhile.
        return await run(store().open(rotation), onEvent);
      } finally {
        lock.release();
      }
    },
  };
}

function openStore(folder: string | null): RotationStore {
  if (folder === null)
    throw new RotationError("ROTATION_STATE", "there is no home folder for the journal: set KEYWARDEN_STATE");
  return openRotationStore(folder, Date.now);
}
