import { alertRuleSchema, type AlertRule } from "@keywarden/management";
import {
  ALLOWED,
  usageWidthsMs,
  type AlertRule as StoredAlertRule,
  type JsonObject,
  type KeyStorage,
  type NewJob,
} from "@keywarden/storage";
import { makeAddressList, type AddressList } from "@keywarden/verifier";
import type { TrafficCount } from "../usage/traffic-counts.ts";
import type { TrafficBatch } from "../usage/traffic.ts";
import { noteOfStanding, standsStill } from "./standing-still.ts";
import { alertNotice, alertNoticeJobs } from "./notices.ts";
import { WEBHOOK_JOB } from "./webhook.ts";

/** Fires the alerts of keys. */
export interface AlertWatch {
  /** Whether a rule says of a key that it is not expected at an address; asked at every verification. */
  isUnexpected(keyId: string, address: string): boolean;
  /** Fires what a batch that is written makes true; again, only what did not fire. */
  evaluate(batch: TrafficBatch, takenAtMs: number): Promise<void>;
  /** Reads the rules again; called when one is made or removed. */
  reload(): Promise<void>;
}

interface Watched {
  readonly stored: StoredAlertRule;
  readonly rule: AlertRule;
}

// How late a rule that another process made or removed is known here.
const RELOAD_EVERY_MS = 30_000;

export function makeAlertWatch(
  storage: Pick<KeyStorage, "usage" | "alertRules" | "keys" | "now" | "behindMs">,
  newId: () => string,
  /** The names of those that every alert is told to, too. */
  channels: () => readonly string[] = () => [],
): AlertWatch {
  let rules = new Map<string, readonly Watched[]>();
  let expected = new Map<string, readonly AddressList[]>();
  let loadedMs = -Infinity;

  const reload = async (): Promise<void> => {
    const watched = (await storage.alertRules.list()).flatMap((stored): readonly Watched[] => {
      const rule = alertRuleSchema.safeParse(stored.rule);
      return rule.success ? [{ stored, rule: rule.data }] : [];
    });
    rules = Map.groupBy(watched, ({ stored }) => stored.keyId);
    expected = new Map();
    for (const { stored, rule } of watched) {
      if (rule.metric !== "unexpected-address") continue;
      const lists = expected.get(stored.keyId) ?? [];
      expected.set(stored.keyId, [...lists, makeAddressList(rule.expectedIpRanges)]);
    }
    loadedMs = storage.now();
  };

  const fire = async ({ stored, rule }: Watched, periodMs: number, observed: number): Promise<void> => {
    const { id, keyId, webhookUrl } = stored;
    const key = await storage.keys.getKey(keyId);
    const message = sentenceOf(rule, observed, noteOfStanding(storage));
    const period = { start: isoOf(periodMs), end: isoOf(periodMs + usageWidthsMs[rule.period]) };
    const details = { message, observed, period, rule: { ...rule } };
    const deliveryId = newId();
    const about = {
      id: keyId,
      name: key?.name ?? null,
      provider: key?.provider ?? null,
      environment: key?.environment ?? null,
    };
    await storage.alertRules.fire({
      id,
      periodMs,
      audit: {
        action: "alert.fired",
        actor: "keywarden-server",
        subject: keyId,
        provider: key?.provider ?? null,
        details,
      },
      jobs: [
        ...(webhookUrl === null ? [] : [webhookJob(deliveryId, id, webhookUrl, { key: about, ...details })]),
        ...alertNoticeJobs(channels(), alertNotice(deliveryId, id, key, details)),
      ],
    });
  };

  const judge = async (
    watched: Watched,
    { keyId, counts }: { readonly keyId: string; readonly counts: readonly TrafficCount[] },
    batch: TrafficBatch,
    takenAtMs: number,
  ): Promise<void> => {
    const { rule } = watched;
    const widthMs = usageWidthsMs[rule.period];
    if (rule.metric === "rate-limit") {
      const percent = Math.floor((batch.limitUse.get(keyId) ?? 0) * 100);
      if (percent >= rule.threshold) await fire(watched, takenAtMs - (takenAtMs % widthMs), percent);
      return;
    }
    if (rule.metric === "unexpected-address") {
      const seen = batch.unexpected.get(keyId) ?? 0;
      if (seen > 0) await fire(watched, takenAtMs - (takenAtMs % widthMs), seen);
      return;
    }
    const isCounted = (outcome: string) => rule.metric === "requests" || outcome !== ALLOWED;
    const touched = counts.filter(({ outcome }) => isCounted(outcome));
    const periods = new Set(touched.map(({ startMs }) => startMs - (startMs % widthMs)));
    for (const periodMs of [...periods].toSorted((left, right) => left - right)) {
      const { requests, denied } = await storage.usage.total(keyId, periodMs, periodMs + widthMs);
      const observed = rule.metric === "requests" ? requests : denied;
      if (observed > rule.threshold) await fire(watched, periodMs, observed);
    }
  };

  return {
    isUnexpected: (keyId, address) => {
      const lists = expected.get(keyId);
      return lists !== undefined && lists.some((list) => !list.has(address));
    },
    reload,
    evaluate: async (batch, takenAtMs) => {
      if (storage.now() - loadedMs >= RELOAD_EVERY_MS || standsStill(storage)) await reload();
      if (rules.size === 0) return;
      const touched = new Map<string, TrafficCount[]>();
      for (const count of batch.counts) {
        const { keyId } = count;
        if (keyId === null || !rules.has(keyId)) continue;
        const known = touched.get(keyId);
        if (known === undefined) touched.set(keyId, [count]);
        else known.push(count);
      }
      for (const [keyId, counts] of touched)
        for (const watched of rules.get(keyId) ?? [])
          await judge(watched, { keyId, counts }, batch, takenAtMs);
    },
  };
}

function webhookJob(id: string, alertId: string, url: string, facts: JsonObject): NewJob {
  const body = { id, type: "alert.fired", alert: alertId, ...facts };
  return { id, kind: WEBHOOK_JOB, payload: { alertId, url, body } };
}

function sentenceOf(rule: AlertRule, observed: number, ofSpan: string): string {
  if (rule.metric === "rate-limit")
    return `${observed} percent of a rate limit in use; the alert is set to ${rule.threshold} percent`;
  if (rule.metric === "unexpected-address")
    return `${observed} ${observed === 1 ? "request" : "requests"} from addresses outside ${rule.expectedIpRanges.slice(0, 5).join(", ")}`;
  const what = rule.metric === "requests" ? "requests" : "refused requests";
  return `${observed} ${what} within a ${rule.period}; the alert is set to more than ${rule.threshold}${ofSpan}`;
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
