import {
  rotationStatus,
  usageStatus,
  type KeyFacts,
  type RotationStatus,
  type UsageStatus,
} from "@keywarden/hygiene";
import type { ManagedKey } from "@keywarden/management";
import { keyFactsOf } from "@keywarden/rotation/key-facts";
import type { Judge } from "./judge.ts";
import { cleanText } from "./text/clean-text.ts";

/** One key of the inventory, prepared once for judging, filtering, sorting and drawing. */
export interface KeyRow {
  /** As the server told it. Filters and programs read it; people are shown the texts below, which are safe to show. */
  readonly told: ManagedKey;
  readonly id: string;
  readonly generation: number;
  readonly name: string;
  readonly provider: string;
  readonly kind: ManagedKey["kind"];
  readonly environment: ManagedKey["environment"];
  readonly label: string;
  /** The prefix and the last four characters. */
  readonly redacted: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly permissions: readonly string[] | null;
  readonly facts: KeyFacts;
  readonly rotation: RotationStatus;
  readonly usage: UsageStatus;
  /** Lower-case text in which a filter looks for plain words. */
  readonly haystack: string;
}

function factsFrom(key: ManagedKey, receivedAtMs: number, earlierUntilMs: number | null): KeyFacts {
  const facts = keyFactsOf(key);
  const known = (momentMs: number | null): number | null =>
    momentMs === null || Number.isNaN(momentMs) ? null : momentMs;
  // What the server says has happened has happened, even if its clock is ahead of ours.
  const past = (momentMs: number | null): number => Math.min(known(momentMs) ?? receivedAtMs, receivedAtMs);
  // The server's own clock may be wrong by any amount, so the deadline is its remaining seconds on our clock. An answer
  // takes time to arrive, so every estimate is late and the earliest one is the best.
  const estimateMs = key.grace === null ? null : receivedAtMs + key.grace.remainingSeconds * 1000;
  return {
    ...facts,
    createdAtMs: known(facts.createdAtMs) ?? receivedAtMs,
    secretCreatedAtMs: known(facts.secretCreatedAtMs) ?? receivedAtMs,
    lastUsedAtMs: known(facts.lastUsedAtMs),
    trackingSinceMs: known(facts.trackingSinceMs),
    expiresAtMs: key.state === "expired" ? past(facts.expiresAtMs) : known(facts.expiresAtMs),
    revokedAtMs: key.state === "revoked" ? past(facts.revokedAtMs) : null,
    graceUntilMs:
      estimateMs === null || earlierUntilMs === null ? estimateMs : Math.min(estimateMs, earlierUntilMs),
  };
}

/** Gives the row with its rotation and usage status as of `nowMs`. */
export function assessRow(row: KeyRow, judge: Judge, nowMs: number): KeyRow {
  const { policy } = judge.policyOf(row.told.provider);
  return {
    ...row,
    rotation: rotationStatus(row.facts, policy, nowMs),
    usage: usageStatus(row.facts, policy, nowMs),
  };
}

/** Prepares a key as the server told it at `receivedAtMs`; `earlier` is the row that showed it until now. */
export function makeKeyRow(key: ManagedKey, judge: Judge, receivedAtMs: number, earlier?: KeyRow): KeyRow {
  const isSameGrace = earlier !== undefined && earlier.generation === key.generation;
  const facts = factsFrom(key, receivedAtMs, isSameGrace ? earlier.facts.graceUntilMs : null);
  const { policy } = judge.policyOf(key.provider);
  const { show } = judge;
  const name = show(key.name);
  const provider = show(key.provider);
  const owner = key.owner === null ? null : show(key.owner);
  const tags = key.tags.map(show);
  const redacted = `${cleanText(key.prefix)}…${cleanText(key.lastFour).slice(-4)}`;
  return {
    told: key,
    id: key.id,
    generation: key.generation,
    name,
    provider,
    kind: key.kind,
    environment: key.environment,
    label: show(key.label),
    redacted,
    owner,
    tags,
    permissions: key.permissions?.map(show) ?? null,
    facts,
    rotation: rotationStatus(facts, policy, receivedAtMs),
    usage: usageStatus(facts, policy, receivedAtMs),
    haystack: [name, key.id, provider, redacted, owner ?? "", ...tags].join("\n").toLowerCase(),
  };
}
