import { setImmediate } from "node:timers/promises";
import {
  ALLOWED,
  usageKeptMs,
  usageWidthsMs,
  type KeyStorage,
  type NewSecurityEvent,
} from "@keywarden/storage";
import { OTHER, UNKNOWN } from "../usage/feature-name.ts";
import type { TrafficCount } from "../usage/traffic-counts.ts";
import type { TrafficBatch } from "../usage/traffic.ts";
import {
  judgeCountry,
  judgeRefusals,
  judgeStrangers,
  judgeVolume,
  limits,
  type MonitoringNotice,
} from "./judge.ts";
import { eventNotice, alertNoticeJobs } from "./notices.ts";
import { noteOfStanding } from "./standing-still.ts";
import { truncateAddress } from "./truncate-address.ts";

/** Looks for what is unusual in what was counted, and stores it as security events. */
export interface Monitor {
  /** Reads what has to be known before a batch is written. */
  prepare(batch: TrafficBatch): Promise<void>;
  /** Takes in a batch that is written, once. */
  observe(batch: TrafficBatch, takenAtMs: number): Promise<void>;
  /** Judges what was taken in and stores what is unusual; what a failure of the storage leaves is done the next time. */
  tell(): Promise<void>;
}

/** What is known of a minute of a key that was refused, or busy enough to be judged. */
interface Minute {
  readonly keyId: string;
  readonly provider: string | null;
  readonly startMs: number;
  refused: Map<string, number> | null;
  noticed: Set<string> | null;
  requests: number;
  /** The minutes before, once they were read. */
  history: readonly number[] | null;
}

interface KnownCountries {
  readonly countries: Set<string>;
  requests: number;
}

const COOL_DOWN_MS = 3_600_000;
const MOST_KNOWN = 10_000;
const MOST_HISTORIES = 50;
/** Part of a minute with fewer requests changes no verdict: a minute has at most six parts. */
const WORTH_REMEMBERING = limits.volumeAtLeast / 10;
/** Of many keys' counts so many are gone through before requests get their turn. */
const COUNTS_AT_ONCE = 1000;
const minuteMs = usageWidthsMs.minute;

export function makeMonitor(
  storage: Pick<KeyStorage, "usage" | "securityEvents" | "keys" | "now" | "behindMs">,
  newId: () => string,
  /** The names of those that every event is told to. */
  channels: () => readonly string[] = () => [],
): Monitor {
  const minutes = new Map<string, Minute>();
  /** By minute and key: the requests of keys that nothing can be said of yet, which are most; a number each. */
  const quiet = new Map<number, Map<string, number>>();
  const before = new Map<string, { readonly startMs: number; readonly requests: number }>();
  const countries = new Map<string, KnownCountries>();
  const creation = new Map<string, number>();
  let countedSinceMs: number | null = null;
  let strangers = { startMs: 0, attempts: new Map<string, number>(), noticed: new Set<string>() };

  const touched = new Set<Minute>();
  const untold: NewSecurityEvent[] = [];

  const notice = (
    what: MonitoringNotice,
    about: { subject: string; keyId: string | null; provider: string | null },
  ): void => void untold.push({ id: newId(), ...what, ...about });

  const ofSpan = (what: MonitoringNotice): MonitoringNotice => ({
    ...what,
    evidence: `${what.evidence}${noteOfStanding(storage)}`,
  });

  const store = async (event: NewSecurityEvent): Promise<void> => {
    const { keyId } = event;
    const key = channels().length === 0 || keyId === null ? null : await storage.keys.getKey(keyId);
    const jobs = alertNoticeJobs(channels(), eventNotice(event.id, key, event));
    await storage.securityEvents.record(event, COOL_DOWN_MS, jobs);
  };

  const noticeOnce = (minute: Minute, what: MonitoringNotice): void => {
    if (minute.noticed?.has(what.code) === true) return;
    const { keyId, provider } = minute;
    notice(ofSpan(what), { subject: keyId, keyId, provider });
    minute.noticed = (minute.noticed ?? new Set()).add(what.code);
  };

  const advance = (count: TrafficCount, keyId: string): Minute | null => {
    const { provider, startMs } = count;
    const known = minutes.get(keyId);
    if (known?.startMs === startMs) return known;
    // What comes late belongs to a minute that was judged without it.
    if (known !== undefined && known.startMs > startMs) return null;
    const soFar = quiet.get(startMs)?.get(keyId) ?? 0;
    if (soFar === 0 && count.outcome === ALLOWED && count.requests < WORTH_REMEMBERING) return null;
    if (count.outcome === ALLOWED && soFar + count.requests < limits.volumeAtLeast) {
      const ofMinute = quiet.get(startMs) ?? new Map<string, number>();
      quiet.set(startMs, ofMinute.set(keyId, soFar + count.requests));
      return null;
    }
    quiet.get(startMs)?.delete(keyId);
    const minuteBefore = quiet.get(startMs - minuteMs)?.get(keyId);
    // Fewer could not keep the next minute from being judged.
    if (known !== undefined && 2 * known.requests >= limits.volumeAtLeast)
      before.set(keyId, { startMs: known.startMs, requests: known.requests });
    if (minuteBefore !== undefined)
      before.set(keyId, { startMs: startMs - minuteMs, requests: minuteBefore });
    const begun = { keyId, provider, startMs, refused: null, noticed: null, requests: soFar, history: null };
    minutes.set(keyId, begun);
    return begun;
  };

  const isWorthJudging = ({ keyId, startMs, requests, noticed }: Minute): boolean => {
    if (requests < limits.volumeAtLeast || noticed?.has("unusual-volume") === true) return false;
    const last = before.get(keyId);
    // A minute that is not twice the one before it is not twice the second highest, unless that one was news itself.
    return last === undefined || last.startMs !== startMs - minuteMs || requests > 2 * last.requests;
  };

  // As far back as minutes are kept, but not to before the key or the counting began.
  const readHistory = async ({ keyId, startMs }: Minute): Promise<readonly number[]> => {
    countedSinceMs ??= await storage.usage.countedSinceMs();
    const neededMs = startMs - limits.historyMinutes * minuteMs;
    if (countedSinceMs > neededMs) return [];
    let createdAtMs = creation.get(keyId);
    if (createdAtMs === undefined) {
      if (creation.size >= MOST_KNOWN) creation.clear();
      createdAtMs = (await storage.keys.getKey(keyId))?.createdAtMs ?? startMs;
      creation.set(keyId, createdAtMs);
    }
    if (createdAtMs > neededMs) return [];
    const beganMs = Math.max(createdAtMs, countedSinceMs, startMs - usageKeptMs.minute);
    const fromMs = Math.ceil(beganMs / minuteMs) * minuteMs;
    const query = { scope: { keyId }, fromMs, toMs: startMs, width: "minute" } as const;
    const { buckets } = await storage.usage.read(query);
    const byStart = new Map(buckets.map((bucket) => [bucket.startMs, bucket.requests]));
    const length = (startMs - fromMs) / minuteMs;
    return Array.from({ length }, (_, index) => byStart.get(fromMs + index * minuteMs) ?? 0);
  };

  const judgeMinute = async (minute: Minute): Promise<void> => {
    minute.history ??= await readHistory(minute);
    const what = judgeVolume(minute.history, minute.requests);
    if (what !== null) noticeOnce(minute, what);
  };

  const judgeCountries = (batch: TrafficBatch): void => {
    for (const { keyId, provider, outcome, country, requests } of batch.counts) {
      if (keyId === null || outcome !== ALLOWED || !isCountry(country)) continue;
      const known = countries.get(keyId);
      if (known === undefined) continue;
      const what = judgeCountry(known, country);
      if (what !== null) notice(what, { subject: `${keyId} in ${country}`, keyId, provider });
      known.countries.add(country);
      known.requests += requests;
    }
  };

  const observeStrangers = (batch: TrafficBatch, takenAtMs: number): void => {
    const startMs = takenAtMs - (takenAtMs % minuteMs);
    if (strangers.startMs !== startMs) strangers = { startMs, attempts: new Map(), noticed: new Set() };
    for (const [address, attempts] of batch.strangers) {
      if (strangers.attempts.size >= MOST_KNOWN && !strangers.attempts.has(address)) continue;
      const sum = (strangers.attempts.get(address) ?? 0) + attempts;
      strangers.attempts.set(address, sum);
      const network = truncateAddress(address);
      const what = strangers.noticed.has(network) ? null : judgeStrangers(sum, network);
      if (what === null) continue;
      notice(ofSpan(what), { subject: network, keyId: null, provider: null });
      strangers.noticed.add(network);
    }
  };

  const forgetOld = (): void => {
    const oldestMs = storage.now() - 2 * minuteMs;
    for (const startMs of quiet.keys()) if (startMs < oldestMs) quiet.delete(startMs);
    for (const known of [minutes, before])
      for (const [keyId, { startMs }] of known) if (startMs < oldestMs) known.delete(keyId);
  };

  return {
    prepare: async ({ counts }) => {
      let seen = 0;
      for (const { keyId, outcome, country } of counts) {
        if (++seen % COUNTS_AT_ONCE === 0) await setImmediate();
        if (keyId === null || outcome !== ALLOWED || !isCountry(country) || countries.has(keyId)) continue;
        if (countries.size >= MOST_KNOWN) countries.clear();
        const rows = (await storage.usage.countriesOf(keyId)).filter(({ name }) => isCountry(name));
        countries.set(keyId, {
          countries: new Set(rows.map(({ name }) => name)),
          requests: rows.reduce((sum, { requests }) => sum + requests, 0),
        });
      }
    },
    observe: async (batch, takenAtMs) => {
      let seen = 0;
      for (const count of batch.counts) {
        if (++seen % COUNTS_AT_ONCE === 0) await setImmediate();
        if (count.keyId === null) continue;
        const minute = advance(count, count.keyId);
        if (minute === null) continue;
        minute.requests += count.requests;
        if (count.outcome !== ALLOWED) {
          minute.refused ??= new Map();
          minute.refused.set(count.outcome, (minute.refused.get(count.outcome) ?? 0) + count.requests);
        }
        if (minute.refused !== null || isWorthJudging(minute)) touched.add(minute);
      }
      judgeCountries(batch);
      observeStrangers(batch, takenAtMs);
      forgetOld();
    },
    tell: async () => {
      let histories = 0;
      for (const minute of touched) {
        for (const what of judgeRefusals(minute.refused ?? new Map())) noticeOnce(minute, what);
        if (isWorthJudging(minute)) {
          if (minute.history === null && histories < MOST_HISTORIES) {
            histories += 1;
            // A history is several reads; requests are answered in between.
            await setImmediate();
            await judgeMinute(minute);
          } else if (minute.history !== null) await judgeMinute(minute);
        }
        touched.delete(minute);
      }
      for (let [event] = untold; event !== undefined; [event] = untold) {
        await store(event);
        untold.shift();
      }
    },
  };
}

function isCountry(name: string): boolean {
  return name !== UNKNOWN && name !== OTHER;
}
