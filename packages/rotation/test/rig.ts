import { join } from "node:path";
import { aforo, type ManagedProvider, type Secret } from "@keywarden/key-format";
import { dialects, ManagementError } from "@keywarden/management";
import {
  openRotationStore,
  planRotation,
  replay,
  runRotation,
  SinkError,
  type SinkErrorCode,
  type KeyApi,
  type RotatableKey,
  type RotationResult,
  type Sink,
} from "@keywarden/rotation";
import { makeClock, makeKey, makeTemporaryDirectory, sha256 } from "@keywarden/testing";

/** What happens to one call: it fails before it arrives, or its answer is lost after it has been done. */
export type Fate = "well" | "refused" | "lost" | "busy";

/** For so long a busy one asks to be left alone. */
export const askedToWaitMs = 90_000;

interface Held {
  key: RotatableKey;
  readonly secrets: { fingerprint: string; text: string; untilMs: number }[];
}

const wanted = { kind: "secret", environment: "production" } as const;

/** A key API that keeps its keys in memory, by the rules of the real one, and can be told to fail. */
function busy(): ManagementError {
  return new ManagementError("MANAGEMENT_RATE_LIMITED", "answered 429", { retryAfterMs: askedToWaitMs });
}

function makeProvider(profile: ManagedProvider, clock: () => number) {
  const keys = new Map<string, Held>();
  const outcomes: Fate[] = [];
  const issued: Secret[] = [];
  let lastId = 0;
  let seed = 0;

  const meet = async <Answer>(work: () => Answer): Promise<Answer> => {
    const fate = outcomes.shift() ?? "well";
    if (fate === "refused") throw new ManagementError("MANAGEMENT_UNAVAILABLE", "answered 503");
    if (fate === "busy") throw busy();
    const answer = work();
    if (fate === "lost") throw new ManagementError("MANAGEMENT_TIMEOUT", "did not answer");
    return answer;
  };
  const mint = (held: Held): Secret => {
    seed += 1;
    const secret = makeKey(aforo, wanted, seed);
    issued.push(secret);
    held.secrets.push({ fingerprint: sha256(secret.reveal()), text: secret.reveal(), untilMs: Infinity });
    return secret;
  };
  const find = (id: string): Held => {
    const held = keys.get(id);
    if (held === undefined) throw new ManagementError("MANAGEMENT_NOT_FOUND", "no such key", { status: 404 });
    return held;
  };
  const view = ({ key, secrets }: Held): RotatableKey => {
    const older = secrets.at(-2);
    const remainingMs = older === undefined ? 0 : older.untilMs - clock();
    const grace = {
      until: new Date(older?.untilMs ?? 0).toISOString(),
      remainingSeconds: remainingMs / 1000,
    };
    return { ...key, grace: remainingMs > 0 && key.state === "active" ? grace : null };
  };
  const make = (name: string, like?: RotatableKey): { key: RotatableKey; secret: Secret } => {
    lastId += 1;
    const at = new Date(clock()).toISOString();
    const key: RotatableKey = {
      ...(like ?? {
        ...wanted,
        owner: null,
        tags: [],
        permissions: null,
        expiresAt: null,
      }),
      id: `key_${lastId}`,
      provider: profile.id,
      name,
      prefix: "sk_live_",
      lastFour: "0000",
      generation: 1,
      state: "active",
      createdAt: at,
      secretCreatedAt: at,
      lastUsedAt: null,
      trackingSince: at,
      revokedAt: null,
      grace: null,
    };
    const held = { key, secrets: [] };
    keys.set(key.id, held);
    return { key, secret: mint(held) };
  };

  const keyApi: KeyApi = {
    show: (id) => meet(() => view(find(id))),
    createLike: ({ successorName, key: like }) => meet(() => make(successorName, like)),
    roll: (id, expectedGeneration) =>
      meet(() => {
        const held = find(id);
        if (held.key.generation !== expectedGeneration) {
          throw new ManagementError("MANAGEMENT_PRECONDITION", "moved on", {
            status: 412,
            lostUpdate: {
              generation: held.key.generation,
              changedBy: "token:us",
              changedAt: held.key.secretCreatedAt,
            },
          });
        }
        for (const secret of held.secrets.slice(0, -1)) secret.untilMs = Math.min(secret.untilMs, clock());
        const old = held.secrets.at(-1);
        if (old !== undefined) old.untilMs = clock() + profile.rotation.graceSeconds * 1000;
        held.key = {
          ...held.key,
          generation: held.key.generation + 1,
          secretCreatedAt: new Date(clock()).toISOString(),
        };
        const secret = mint(held);
        return { key: view(held), secret, graceSeconds: profile.rotation.graceSeconds };
      }),
    revoke: (id) =>
      meet(() => {
        const held = find(id);
        const outcome = held.key.state === "active" ? ("revoked" as const) : ("already-revoked" as const);
        held.key = { ...held.key, state: "revoked" };
        return { outcome };
      }),
    lookup: (fingerprint) =>
      meet(() => {
        for (const held of keys.values()) {
          const index = held.secrets.findIndex((secret) => secret.fingerprint === fingerprint);
          if (index === -1) continue;
          const isCurrent = index === held.secrets.length - 1;
          const state = held.key.state === "active" ? (isCurrent ? "active" : "grace") : held.key.state;
          return { found: true as const, id: held.key.id, state };
        }
        return { found: false as const };
      }),
    async *listActive() {
      yield* await meet(() => [...keys.values()].map(view).filter(({ state }) => state === "active"));
    },
    async *listMadeBy({ key, successorName }) {
      for await (const one of keyApi.listActive(key)) if (one.name === successorName) yield one;
    },
    async *listEver() {
      yield* await meet(() => [...keys.values()].map(view));
    },
    whoAmI: async () => "token:us",
  };

  return {
    keyApi,
    make,
    issued,
    /** What becomes of the next calls, in order; afterwards all go well. */
    decide: (...next: readonly Fate[]) => outcomes.push(...next),
    rotateBehindOurBack: async (id: string) => {
      const { generation } = find(id).key;
      return keyApi.roll(id, generation, {});
    },
    revokeBehindOurBack: (id: string) => {
      const held = find(id);
      held.key = { ...held.key, state: "revoked" };
    },
    isWorking: (text: string): boolean =>
      [...keys.values()].some(
        ({ key, secrets }) =>
          key.state === "active" &&
          secrets.some((secret) => secret.text === text && clock() < secret.untilMs),
      ),
    liveSecrets: (): number =>
      [...keys.values()]
        .filter(({ key }) => key.state === "active")
        .flatMap(({ secrets }) => secrets.filter(({ untilMs }) => clock() < untilMs)).length,
  };
}

/** One key, one place for it, and everything that a rotation needs; time passes only when something waits. */
export async function makeRig(profile: ManagedProvider) {
  const directory = makeTemporaryDirectory();
  const clock = makeClock(Date.parse("2026-06-01T00:00:00Z"));
  const provider = makeProvider(profile, clock);
  const first = provider.make("billing");
  const sink = {
    text: first.secret.reveal(),
    deliveries: 0,
    outcomes: [] as Fate[],
    complaint: "",
    complaintCode: "SINK_REFUSED" as SinkErrorCode,
  };
  const target = "memory:sink";
  const memory: Sink = {
    target,
    check: async () => {},
    deliver: async (secret) => {
      if (sink.complaint !== "") throw new SinkError(sink.complaintCode, sink.complaint);
      const fate = sink.outcomes.shift() ?? "well";
      if (fate === "refused") throw new ManagementError("MANAGEMENT_UNAVAILABLE", "the place is away");
      if (fate === "busy") throw busy();
      sink.text = secret.reveal();
      sink.deliveries += 1;
      if (fate === "lost") throw new ManagementError("MANAGEMENT_TIMEOUT", "the place did not answer");
      return "kept in memory";
    },
  };
  const state = join(directory.path, "state");
  const store = openRotationStore(state, clock);
  const rotation = "0a1b2c3d";
  const dialect = dialects[profile.dialect];
  if (dialect === undefined) throw new Error(`no dialect for ${profile.id}`);

  const plan = () =>
    planRotation({
      keyApi: provider.keyApi,
      server: "http://127.0.0.1:1",
      directory: directory.path,
      keyId: first.key.id,
      profileOf: (id) => (id === profile.id ? profile : undefined),
      sinks: [memory],
      endGrace: false,
      rotation,
      now: clock,
    });

  /** `skewMs` is how far the clock here is ahead of the provider's. */
  const run = (
    options: {
      readonly waitsForGrace?: boolean;
      readonly skewMs?: number;
      readonly onWait?: (ms: number) => void;
      readonly heldBack?: ReadonlySet<string>;
    } = {},
  ): Promise<RotationResult> =>
    runRotation({
      journal: openRotationStore(state, () => clock() + (options.skewMs ?? 0)).open(rotation),
      providers: [profile],
      keyApi: provider.keyApi,
      verification: {
        baseUrl: "http://127.0.0.1:1",
        dialect,
        fetch: async (_url, init) => {
          const authorization = new Headers(init?.headers).get("authorization") ?? "";
          const isWorking = provider.isWorking(authorization.replace("Bearer ", ""));
          return new Response("{}", { status: isWorking ? 200 : 401 });
        },
      },
      sinks: [memory],
      sealingKey: (mayCreate) => store.sealingKey(rotation, mayCreate),
      destroySealingKey: () => store.destroySealingKey(rotation),
      clock: () => clock() + (options.skewMs ?? 0),
      wait: async (ms) => {
        options.onWait?.(ms);
        clock.advance(Math.ceil(ms));
      },
      random: () => 0.5,
      waitsForGrace: options.waitsForGrace ?? true,
      ...(options.heldBack !== undefined && { heldBack: options.heldBack }),
    });

  return {
    clock,
    provider,
    first,
    sink,
    store,
    rotation,
    state,
    plan,
    start: async () => {
      store.create((await plan()).fact);
    },
    run,
    journal: () => replay(store.open(rotation).entries),
    types: () => store.open(rotation).entries.map(({ type }) => type),
    [Symbol.dispose]: () => directory.remove(),
  };
}
