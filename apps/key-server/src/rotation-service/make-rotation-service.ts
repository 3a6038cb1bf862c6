import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, type OwnKey } from "@keywarden/management";
import {
  abandonRotation,
  endGrace,
  makeInventoryKeyApi,
  openRotationStore,
  planRotation,
  readNewKey,
  replay,
  RotationError,
  runRotation,
  type Journal,
  type KeyApi,
  type RotationResult,
  type RotationState,
  type RotationStore,
  type Sink,
} from "@keywarden/rotation";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { isMadeBeforehand, isUnasked, keyBeforehand, withKeyBeforehand } from "./key-beforehand.ts";
import { makeOperatorFetch, OPERATOR_URL } from "./operator-fetch.ts";
import { makePageSink, PAGE_SINK } from "./page-sink.ts";
import {
  isForPerson,
  type Asker,
  type KeptRotation,
  type RotationService,
  type RotationServiceOptions,
} from "./rotation-service.ts";
import { openServerSink, sinksFor, type SinkKey } from "./server-sinks.ts";

/** Journals of this server are gone on with by no other program: their keys are asked for in this process. */
const SERVER = "keywarden-server";
const PATIENCE_MS = 8000;
const BUSY_ELSEWHERE_MS = 5000;
const AFTER_FAILURE_MS = 60_000;

/** Ends a run that would wait: the server continues it when it is time to. */
class Later extends Error {
  readonly ms: number;
  constructor(ms: number) {
    super("goes on later");
    this.ms = ms;
  }
}

export function makeRotationService(options: RotationServiceOptions): RotationService {
  const { context, providerFetch } = options;
  const { storage, providers, secretFormats } = context;
  const now = () => storage.now();
  const sinkContext = { env: options.env, fetch };
  let opened: RotationStore | undefined;
  const store = (): RotationStore => (opened ??= openRotationStore(options.directory, now));
  /** When each rotation that is not done goes on by itself; never where it waits for a person. */
  let due: Map<string, number> | undefined;
  const dueOf = (): Map<string, number> =>
    (due ??= new Map(
      store()
        .list()
        .flatMap(({ rotation, state }) => (state?.status === "running" ? [[rotation, 0] as const] : [])),
    ));
  const runs = new Map<string, Promise<void>>();

  const keyApiOf = (caller: Caller): KeyApi =>
    makeInventoryKeyApi(
      makeInventoryClient({
        baseUrl: OPERATOR_URL,
        // Nobody is asked for it: the routes are told who asks.
        token: new Secret(randomBytes(16).toString("hex")),
        fetch: makeOperatorFetch(context, caller),
        providers: secretFormats,
      }),
    );
  const openSinkOf = (target: string, key: SinkKey, storedBy: string | null): Sink =>
    target === PAGE_SINK ? makePageSink(storedBy) : openServerSink(target, key, options.sinks(), sinkContext);

  const find = (rotation: string): KeptRotation | null => {
    try {
      const { entries } = store().open(rotation);
      // It ended before it was planned, and nothing was changed.
      if (entries.length === 0) return null;
      const goesOnAtMs = dueOf().get(rotation);
      return {
        state: replay(entries),
        entries,
        isRunning: runs.has(rotation),
        goesOnAtMs: goesOnAtMs === undefined || goesOnAtMs === Infinity ? null : goesOnAtMs,
      };
    } catch (error) {
      if (error instanceof RotationError && error.code === "ROTATION_UNKNOWN") return null;
      throw error;
    }
  };

  const plan: RotationService["plan"] = ({ caller, holder }, wanted) => {
    const keyApi = keyApiOf(caller);
    return keyApi.show(wanted.keyId).then((key) =>
      planRotation({
        keyApi,
        server: SERVER,
        via: "operator",
        credential: JSON.stringify(holder),
        directory: options.sinks().directory,
        keyId: wanted.keyId,
        profileOf: (provider) => providers.get(provider)?.profile,
        sinks: wanted.sinks.map((target) => openSinkOf(target, key, null)),
        graceSeconds: wanted.graceSeconds,
        endGrace: wanted.endGrace,
        rotation: wanted.rotation,
        now,
      }),
    );
  };

  /** Gives the key that was made before the provider is asked; null of a rotation whose key the provider makes. */
  const ownKeyOf = ({ plan: planned, created }: RotationState): OwnKey | null => {
    const profile = providers.get(planned.key.provider)?.profile;
    if (!isMadeBeforehand(planned) || profile === undefined || created !== null) return null;
    const sealingKey = store().sealingKey(planned.rotation, false);
    if (sealingKey !== null) return keyBeforehand(planned, profile, sealingKey);
    const why =
      "the new key that was to be stored is no longer kept here; give this rotation up and begin another";
    throw new RotationError("ROTATION_REFUSED", why);
  };

  const run = async (journal: Journal, { caller }: Asker, storedBy: string | null): Promise<void> => {
    const state = replay(journal.entries);
    const { plan: planned } = state;
    const { rotation, key } = planned;
    const dialect = providers.get(key.provider)?.dialect;
    if (dialect === undefined)
      throw new RotationError("ROTATION_REFUSED", `this server serves ${key.provider} no longer`);
    const sleepUntil = (atMs: number) => dueOf().set(rotation, atMs);
    const keyApi = keyApiOf(caller);
    // Nothing is asked of the provider before a person has the key.
    if (storedBy === null && isUnasked(state)) {
      sleepUntil(Infinity);
      return keyApi.register?.begin(planned, ["page"]);
    }
    const ownKey = ownKeyOf(state);
    try {
      const result = await runRotation({
        journal,
        keyApi: ownKey === null ? keyApi : withKeyBeforehand(keyApi, ownKey),
        providers: secretFormats,
        verification: { baseUrl: `${OPERATOR_URL}/${key.provider}`, dialect, fetch: providerFetch },
        sinks: planned.sinks.map((target) => openSinkOf(target, key, storedBy)),
        ...(storedBy === null && { heldBack: new Set([PAGE_SINK]) }),
        sealingKey: (mayCreate) => store().sealingKey(rotation, mayCreate),
        destroySealingKey: () => store().destroySealingKey(rotation),
        clock: now,
        wait: async (ms) => {
          throw new Later(ms);
        },
        random: Math.random,
        waitsForGrace: false,
      });
      sleepUntil(goesOnAt(result));
      if (result.outcome === "done" || result.outcome === "abandoned") dueOf().delete(rotation);
    } catch (error) {
      if (!(error instanceof Later)) throw error;
      sleepUntil(now() + error.ms);
    }
  };

  const locked = async (rotation: string, work: (journal: Journal) => Promise<void>): Promise<void> => {
    const { plan: planned } = replay(store().open(rotation).entries);
    const lock = store().lock(SERVER, planned.key.id);
    try {
      // Opened again under the lock: another process of this server may have gone on meanwhile.
      await work(store().open(rotation));
    } finally {
      lock.release();
    }
  };

  /** One after the other, so that what a person asks for is not lost in what is done already. */
  const inTurn = (rotation: string, work: () => Promise<void>): Promise<void> => {
    const before = runs.get(rotation) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(work);
    runs.set(rotation, turn);
    const end = () => void (runs.get(rotation) === turn && runs.delete(rotation));
    turn.then(end, end);
    return turn;
  };
  const goOn = (
    rotation: string,
    asker: Asker,
    { storedBy = null, prepare }: { storedBy?: string | null; prepare?: (journal: Journal) => void } = {},
  ): Promise<void> =>
    patiently(
      inTurn(rotation, () =>
        locked(rotation, async (journal) => {
          prepare?.(journal);
          if (replay(journal.entries).status === "orphaned") journal.append({ type: "reopened" });
          await run(journal, asker, storedBy);
        }),
      ),
      (error) => options.onFailure(error, rotation),
    );

  const continueInTime = async (rotation: string): Promise<void> => {
    const { plan: planned, status } = replay(store().open(rotation).entries);
    if (status !== "running") return void dueOf().delete(rotation);
    const holder: unknown = JSON.parse(planned.credential ?? "null");
    const principal = typeof holder === "object" && holder !== null ? await options.findHolder(holder) : null;
    // Whoever began it may not continue it any more: somebody who may has to.
    if (principal === null) return void dueOf().set(rotation, Infinity);
    const caller = { principal, ip: "127.0.0.1", requestId: `rotation-${rotation}`, rateLimits: [] };
    const asker = { caller, holder: holder ?? {} };
    await inTurn(rotation, () => locked(rotation, (journal) => run(journal, asker, null)));
  };

  return {
    sinksFor: (key) => sinksFor(options.sinks(), key),
    recall: (keyId) => {
      const last = store()
        .list()
        .findLast(({ state }) => state?.created?.keyId === keyId || state?.plan.key.id === keyId);
      return last?.state?.plan.sinks ?? [];
    },
    unfinishedOf: (keyId) =>
      store()
        .list()
        .find(
          ({ state }) =>
            state?.plan.key.id === keyId && (state.status === "running" || state.status === "orphaned"),
        )?.rotation ?? null,
    plan,
    start: async (asker, wanted) => {
      if (find(wanted.rotation) === null) {
        const lock = store().lock(SERVER, wanted.keyId);
        try {
          const { fact } = await plan(asker, wanted);
          // Before the journal, so that whoever reads that finds the key that it leads to.
          if (isMadeBeforehand(fact)) store().sealingKey(fact.rotation, true);
          store().create(fact);
        } finally {
          lock.release();
        }
        dueOf().set(wanted.rotation, 0);
      }
      await goOn(wanted.rotation, asker);
    },
    find,
    reveal: async ({ caller }, rotation) => {
      const kept = find(rotation);
      if (kept === null || !isForPerson(kept.state)) return null;
      const secret = isUnasked(kept.state)
        ? (ownKeyOf(kept.state)?.secret ?? null)
        : readNewKey(kept.state, store().sealingKey(rotation, false));
      if (secret === null) return null;
      const { key } = kept.state.plan;
      await storage.audit.append({
        action: "rotation.shown",
        actor: actorOf(caller.principal),
        subject: key.id,
        provider: key.provider,
        details: { ...originOf(caller), rotation, successorId: kept.state.created?.keyId ?? null },
      });
      return secret;
    },
    stored: (asker, rotation) => goOn(rotation, asker, { storedBy: actorOf(asker.caller.principal) }),
    resume: (asker, rotation) => goOn(rotation, asker),
    abandon: (asker, rotation) =>
      inTurn(rotation, () =>
        locked(rotation, async (journal) => {
          const keyApi = keyApiOf(asker.caller);
          const destroySealingKey = () => store().destroySealingKey(rotation);
          await abandonRotation({ journal, keyApi, destroySealingKey });
          dueOf().delete(rotation);
        }),
      ),
    endGrace: (asker, rotation) => goOn(rotation, asker, { prepare: (journal) => endGrace(journal, now()) }),
    tick: async () => {
      for (const [rotation, atMs] of dueOf()) {
        if (atMs > now() || runs.has(rotation) || context.closing.aborted) continue;
        try {
          await continueInTime(rotation);
        } catch (error) {
          const isBusy = error instanceof RotationError && error.code === "ROTATION_LOCKED";
          dueOf().set(rotation, now() + (isBusy ? BUSY_ELSEWHERE_MS : AFTER_FAILURE_MS));
          if (!isBusy) options.onFailure(error, rotation);
        }
      }
    },
  };
}

function goesOnAt(result: RotationResult): number {
  return result.outcome === "waiting" && !isForPerson(result.state) ? result.untilMs : Infinity;
}

/** Waits for work only as long as a person waits for a page; what is not done by then goes on behind it. */
async function patiently(work: Promise<void>, onFailure: (error: unknown) => void): Promise<void> {
  const patience = new AbortController();
  const isOver = sleep(PATIENCE_MS, "over" as const, { signal: patience.signal, ref: false }).catch(
    () => "over" as const,
  );
  try {
    if ((await Promise.race([work, isOver])) === "over") work.catch(onFailure);
  } finally {
    patience.abort();
  }
}
