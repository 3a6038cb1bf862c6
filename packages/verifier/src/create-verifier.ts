import { parseKey, type ManagedProvider } from "@keywarden/key-format";
import { readAddress, type DenialCode, type RateLimit } from "@keywarden/management";
import { makeRestrictionCheck } from "./check-restrictions.ts";
import { digestOf, stripScheme } from "./digest-of.ts";
import { makeRateLimiter, type RateDecision, type RateLimiter } from "./rate-limiter.ts";
import { makeTenantCheck } from "./tenant-environment.ts";
import type { Denied, FoundSecret, Verdict, VerifiableKey, VerifyRequest } from "./verdict.ts";

export interface VerifierOptions<Key extends VerifiableKey> {
  /** Keys of any other are refused. Unknown text with none of their formats is malformed. */
  readonly providers: readonly ManagedProvider[];
  /** Finds a secret by the SHA-256 of its text, including ended ones; null if unknown. */
  readonly find: (sha256: string) => FoundSecret<Key> | null | Promise<FoundSecret<Key> | null>;
  /** Finds a secret without cost if it can; called first. */
  readonly recall?: (sha256: string) => FoundSecret<Key> | null;
  /** Counts of keys' rate limits that other processes take from, too; those of this process alone when absent. */
  readonly keyLimits?: Pick<RateLimiter, "take"> | SharedRateLimiter | undefined;
  /** Milliseconds by which limits are counted; never backwards, and never still for long. */
  readonly now: () => number;
  /** Failed attempts per address and minute before each further one is told to wait; 100 when absent. Good keys still work. */
  readonly badKeysPerMinute?: number;
}

export interface SharedRateLimiter {
  /** As {@link RateLimiter}. A failure fails the verification: the request is to be refused. */
  readonly take: (id: string, limits: readonly RateLimit[], cost?: number) => Promise<RateDecision>;
}

export interface Verifier<Key extends VerifiableKey> {
  verify(request: VerifyRequest): Promise<Verdict<Key>>;
}

export interface LocalVerifier<Key extends VerifiableKey> extends Verifier<Key> {
  /**
   * The same, at once where nothing has to be waited for: of a key that is recalled and whose limits are counted in
   * this process.
   */
  decide(request: VerifyRequest): Verdict<Key> | Promise<Verdict<Key>>;
  /** Knows the keys of these providers instead, from the next request on; what was counted stays counted. */
  useProviders(providers: readonly ManagedProvider[]): void;
}

/**
 * Judges keys in one order: lookup, form of what is unknown, bad-key limit of the address, state, IP, referrer, endpoint, kind,
 * permission, scope, rate limits. A refused request takes nothing from the key's limits.
 */
export function createVerifier<Key extends VerifiableKey>(options: VerifierOptions<Key>): LocalVerifier<Key> {
  const { now } = options;
  let { providers } = options;
  const recall = options.recall ?? (() => null);
  const checkRestrictions = makeRestrictionCheck();
  let isElsewhere = makeTenantCheck(providers);
  let described = new Set(providers.map(({ id }) => id));
  const { keyLimits = makeRateLimiter(now) } = options;
  const badKeys = makeRateLimiter(now);
  const badKeyLimits: readonly RateLimit[] = [
    { requests: options.badKeysPerMinute ?? 100, windowSeconds: 60 },
  ];

  const blame = (ip: string | null): void => {
    if (ip !== null) badKeys.take(networkOf(ip), badKeyLimits);
  };

  const denyBad = (code: DenialCode, ip: string | null): Verdict<Key> => {
    blame(ip);
    return deny<Key>(code, null);
  };

  const denyGuesser = (ip: string): Verdict<Key> => {
    const { states } = badKeys.take(networkOf(ip), badKeyLimits);
    const retryAfterSeconds = states[0]?.resetSeconds ?? 1;
    return { ok: false, code: "too-many-bad-keys", key: null, rateLimits: [], retryAfterSeconds };
  };

  // Who takes a provider away takes its keys away.
  const isOther = (key: Key, { provider }: VerifyRequest): boolean =>
    !described.has(key.provider) || (provider !== undefined && key.provider !== provider);

  /** Whether a key opens nothing for this request, whatever it is bound to. */
  const isStranger = ({ key, state }: FoundSecret<Key>, request: VerifyRequest): boolean =>
    deathOf(state) !== null || isOther(key, request);

  const judge = (found: FoundSecret<Key>, request: VerifyRequest): Verdict<Key> | Promise<Verdict<Key>> => {
    const { key, state, restrictions } = found;
    const dead = deathOf(state);
    if (dead !== null || isOther(key, request)) {
      blame(request.ip);
      return deny(dead ?? "other-provider", key);
    }
    const code = checkRestrictions(key, restrictions, request);
    if (code !== null) return deny(code, key);
    if (request.tenant !== undefined && isElsewhere(key, request.tenant))
      return deny("tenant-not-allowed", key);
    const { rateLimits } = restrictions;
    if (rateLimits === undefined) return { ok: true, key, rateLimits: [] };
    // Counted for the key, not for the secret: a rotated key has one allowance for both of its secrets.
    const decision = keyLimits.take(key.id, rateLimits, request.cost);
    return decision instanceof Promise
      ? decision.then((decided) => limit(key, decided, request))
      : limit(key, decision, request);
  };

  const limit = (key: Key, { allowed, states }: RateDecision, { cost = 1 }: VerifyRequest): Verdict<Key> => {
    if (allowed) return { ok: true, key, rateLimits: states };
    const empty = states.filter(({ remaining }) => remaining < cost);
    const retryAfterSeconds = Math.max(1, ...empty.map(({ resetSeconds }) => resetSeconds));
    return { ok: false, code: "rate-limited", key, rateLimits: states, retryAfterSeconds };
  };

  const isMalformed = (text: string | null): boolean =>
    text !== null && !parseKey(stripScheme(text), providers).ok;

  const seek = async (sha256: string, request: VerifyRequest): Promise<Verdict<Key>> => {
    const { ip } = request;
    const isLockedOut = ip !== null && !badKeys.hasRoom(networkOf(ip), badKeyLimits);
    const denyStranger = (code: DenialCode) => (isLockedOut ? denyGuesser(ip) : denyBad(code, ip));
    // Looked up for a guesser too: a good key behind the same address must work, and guessing one is hopeless. And
    // whatever its form: an imported key may have that of another system.
    const found = await options.find(sha256);
    if (found === null)
      return denyStranger(isMalformed(request.text ?? null) ? "malformed-key" : "unknown-key");
    return isLockedOut && isStranger(found, request) ? denyGuesser(ip) : judge(found, request);
  };

  const decide = (asked: VerifyRequest): Verdict<Key> | Promise<Verdict<Key>> => {
    const ip = asked.ip === null ? null : (readAddress(asked.ip) ?? asked.ip);
    const request = ip === asked.ip ? asked : { ...asked, ip };
    const sha256 = digestOf(request);
    if (sha256 === null) return deny<Key>("missing-key", null);
    const known = recall(sha256);
    return known === null ? seek(sha256, request) : judge(known, request);
  };

  return {
    decide,
    verify: async (request) => decide(request),
    useProviders: (others) => {
      providers = others;
      isElsewhere = makeTenantCheck(others);
      described = new Set(others.map(({ id }) => id));
    },
  };
}

function deny<Key extends VerifiableKey>(code: DenialCode, key: Key | null): Denied<Key> {
  return { ok: false, code, key, rateLimits: [] };
}

function deathOf(state: FoundSecret<VerifiableKey>["state"]): DenialCode | null {
  return deaths[state];
}

const deaths = {
  active: null,
  grace: null,
  disabled: "key-disabled",
  pending: "unknown-key",
  ended: "grace-ended",
  expired: "key-expired",
  revoked: "key-revoked",
} as const;

/** One household has a whole /64 of IPv6 addresses, and so has one attacker. */
function networkOf(ip: string): string {
  if (!ip.includes(":") || ip.includes(".")) return ip;
  const [head = "", tail] = ip.split("%", 1).join("").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = (tail ?? "").split(":");
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
