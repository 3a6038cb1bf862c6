import { join } from "node:path";
import type { Fingerprint, ManagedProvider } from "@keywarden/key-format";
import { capabilitiesOf, dialectOf, makeManagementClient, ManagementError } from "@keywarden/management";
import {
  abandonRotation,
  baseName,
  makeDialectKeyApi,
  mayAbandon,
  openRotationStore,
  openSink,
  planRotation,
  replay,
  RotationError,
  runRotation,
  SinkError,
} from "@keywarden/rotation";
import type { Journal, KeyApi, RotationResult, RotationState } from "@keywarden/rotation";
import type { Replacement } from "@keywarden/storage";
import type { ApiConfig, AppConfig } from "../config.ts";
import { refusals } from "../refusals.ts";
import type { ReplacementSinks } from "./replacement-terms.ts";

/** How far a successor has got. `why` never holds a key. */
export type ReplacementProgress =
  | { readonly is: "delivered" | "finished"; readonly successorId: string | null }
  /** Trying again cannot help. */
  | { readonly is: "impossible"; readonly why: string }
  | { readonly is: "stuck"; readonly why: string; readonly retryAfterMs?: number | undefined };

export interface ExposedKeyOf {
  readonly fingerprint: Fingerprint;
  /** Whether it works no more: then only its successor is seen to. */
  readonly isEnded: boolean;
}

/** Makes successors of exposed keys by rotations whose journals are in the data folder. Whether a key ends is for others. */
export interface Replacer {
  /** Whether anything has been asked of the provider for it. */
  hasBegun(replacement: Replacement): boolean;
  /** Takes a successor as far as it gets now, from wherever it is; it can be killed at any moment and called again. */
  advance(replacement: Replacement, exposed: ExposedKeyOf): Promise<ReplacementProgress>;
  /** Takes a successor back that is nowhere yet; false where it may be in use. */
  abandon(replacement: Replacement): Promise<boolean>;
}

/** A try that is to be made again later, by whoever has called. */
class TurnOver extends Error {}

// Answers after which somebody has to decide what only people can find out.
const undecidable: ReadonlySet<string> = new Set(["ROTATION_CANNOT_TELL", "ROTATION_SUPERSEDED"]);
const hopeless: ReadonlySet<string> = new Set(["ROTATION_REFUSED", "ROTATION_LIST_TOO_LONG"]);
const timeoutMs = 10_000;

export function makeReplacer(options: {
  readonly config: Pick<AppConfig, "apis" | "managedProviders" | "providers" | "replacement">;
  readonly dataDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
}): Replacer {
  const { config, env, clock } = options;
  const store = openRotationStore(join(options.dataDirectory, "rotations"), clock);
  const begun = ({ rotation }: Replacement): boolean =>
    store.list().some((one) => one.rotation === rotation && one.state !== undefined);

  const reach = (id: string): Reached | null => {
    const api = config.apis.find(({ provider }) => provider.id === id);
    const profile = config.managedProviders.find((one) => one.id === id);
    return api === undefined || profile === undefined ? null : reachProvider(api, profile);
  };

  const begin = async (
    { keyId, rotation, provider }: Replacement,
    { fingerprint, isEnded }: ExposedKeyOf,
    { keyApi, api, profile }: Reached,
  ): Promise<ReplacementProgress | null> => {
    if (isEnded) return { is: "impossible", why: "the key ended before a successor was made" };
    const terms = config.replacement;
    const { name } = await keyApi.show(keyId);
    const names = new Set([keyId, fingerprint, name, baseName(name)]);
    const entry = terms?.sinks.find((one) => one.provider === provider && names.has(one.key));
    if (terms === null || entry === undefined)
      return {
        is: "impossible",
        why: `rotation.sinks names no sink for the key ${keyId} ("${baseName(name)}")`,
      };
    const { fact } = await planRotation({
      keyApi,
      server: api.baseUrl,
      via: "provider",
      ...(entry.callUrl !== undefined && { callUrl: entry.callUrl }),
      directory: terms.directory,
      keyId,
      profileOf: () => profile,
      sinks: openAll(entry.to, terms.directory),
      // Whoever has seen the exposed key is given no time with it.
      graceSeconds: 0,
      endGrace: false,
      rotation,
      now: clock,
    });
    store.create(fact);
    return null;
  };

  const openAll = (targets: ReplacementSinks["to"] | RotationState["plan"]["sinks"], directory: string) =>
    targets.map((target) => openSink(target, { env, directory, fetch }));

  const go = async (
    journal: Journal,
    { keyApi, profile }: Reached,
    isEnded: boolean,
  ): Promise<RotationResult> => {
    const { plan, status, orphaned } = replay(journal.entries);
    // Somebody may have mended what stood in the way.
    if (status === "orphaned" && !undecidable.has(orphaned?.code ?? "")) journal.append({ type: "reopened" });
    return runRotation({
      journal,
      providers: config.providers,
      // The exposed key is ended elsewhere, once, behind the gate.
      keyApi: {
        ...keyApi,
        revoke: async (id) => (id === plan.key.id ? { outcome: "already-revoked" } : keyApi.revoke(id)),
      },
      verification: { baseUrl: plan.callUrl ?? plan.server, dialect: dialectOf(profile.dialect), fetch },
      sinks: openAll(plan.sinks, plan.directory),
      sealingKey: (mayCreate) => store.sealingKey(plan.rotation, mayCreate),
      destroySealingKey: () => store.destroySealingKey(plan.rotation),
      clock,
      wait: () => Promise.reject(new TurnOver()),
      random: Math.random,
      waitsForGrace: false,
      leavesOldKey: !isEnded,
    });
  };

  return {
    hasBegun: begun,
    async advance(replacement, exposed) {
      const { provider, keyId, rotation } = replacement;
      const reached = reach(provider);
      if (reached === null) return { is: "impossible", why: `${provider} is no longer configured` };
      try {
        const lock = store.lock(reached.api.baseUrl, keyId);
        try {
          const end = begun(replacement) ? null : await begin(replacement, exposed, reached);
          if (end !== null) return end;
          const journal = store.open(rotation);
          try {
            return progressOf(await go(journal, reached, exposed.isEnded), clock());
          } catch (error) {
            if (!(error instanceof TurnOver)) throw error;
            return { is: "stuck", why: sayFailure(replay(journal.entries)) };
          }
        } finally {
          lock.release();
        }
      } catch (error) {
        return whyNot(error);
      }
    },
    async abandon(replacement) {
      if (!begun(replacement)) return true;
      const journal = store.open(replacement.rotation);
      const state = replay(journal.entries);
      if (state.status === "abandoned") return true;
      const reached = reach(replacement.provider);
      if (reached === null || !mayAbandon(state)) return false;
      const lock = store.lock(reached.api.baseUrl, replacement.keyId);
      try {
        const { rotation } = replacement;
        const { keyApi } = reached;
        const destroySealingKey = () => store.destroySealingKey(rotation);
        await abandonRotation({ journal: store.open(rotation), keyApi, destroySealingKey });
        return true;
      } finally {
        lock.release();
      }
    },
  };
}

interface Reached {
  readonly api: ApiConfig;
  readonly profile: ManagedProvider;
  readonly keyApi: KeyApi;
}

function reachProvider(api: ApiConfig, profile: ManagedProvider): Reached {
  const { dialect, baseUrl, token } = api;
  const client = makeManagementClient({ dialect, baseUrl, token, timeoutMs });
  const capabilities = capabilitiesOf(profile, "provider");
  const keyApi = makeDialectKeyApi({ client, profile, dialect: dialectOf(dialect), capabilities });
  return { api, profile, keyApi };
}

function progressOf(result: RotationResult, nowMs: number): ReplacementProgress {
  const { state } = result;
  const successorId = state.created?.keyId ?? null;
  switch (result.outcome) {
    case "done":
      return { is: "finished", successorId };
    case "waiting":
      return state.oldRevokedAtMs === null
        ? { is: "delivered", successorId }
        : {
            is: "stuck",
            why: "the provider takes its time to end a key",
            retryAfterMs: result.untilMs - nowMs,
          };
    case "abandoned":
      return { is: "impossible", why: sayFailure(state) };
    case "orphaned":
      return undecidable.has(state.orphaned?.code ?? "")
        ? { is: "impossible", why: result.message }
        : { is: "stuck", why: result.message };
    case "stopped":
    default: {
      const isRefused = state.lastFailure?.step === "create" && isRefusal(state.lastFailure.code);
      return { is: isRefused ? "impossible" : "stuck", why: result.message };
    }
  }
}

const sayFailure = ({ lastFailure }: RotationState): string => lastFailure?.message ?? "it was given up";
const isRefusal = (code: string): boolean =>
  code !== "MANAGEMENT_RATE_LIMITED" && (refusals as ReadonlySet<string>).has(code);

/** Sorts what kept a rotation from being planned; what is nobody's to explain is thrown again. */
function whyNot(error: unknown): ReplacementProgress {
  if (error instanceof RotationError)
    return { is: hopeless.has(error.code) ? "impossible" : "stuck", why: error.message };
  if (error instanceof SinkError) return { is: "stuck", why: error.message };
  if (error instanceof ManagementError)
    return isRefusal(error.code)
      ? { is: "impossible", why: error.message }
      : { is: "stuck", why: error.message, retryAfterMs: error.retryAfterMs };
  throw error;
}
