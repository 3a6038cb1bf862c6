import {
  rotationStatus,
  usageStatus,
  type KeyFacts,
  type RotationStatus,
  type UsageStatus,
} from "@keywarden/hygiene";
import { builtInProviders, redactWithin } from "@keywarden/key-format";
import type { ManagedKey } from "@keywarden/management";
import { cleanText } from "../text/clean-text.ts";
import { policyOf } from "./policies.ts";

/** One key of the inventory, prepared once for sorting, filtering and drawing. All of its text is safe to show. */
export interface KeyRow {
  readonly id: string;
  readonly generation: number;
  readonly name: string;
  readonly provider: string;
  readonly kind: ManagedKey["kind"];
  readonly environment: ManagedKey["environment"];
  readonly label: string;
  readonly redacted: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly permissions: readonly string[] | null;
  readonly facts: KeyFacts;
  readonly rotation: RotationStatus;
  readonly usage: UsageStatus;
  /** Lower-case text that plain filter words are looked up in. */
  readonly haystack: string;
}

const mayHoldKey = /[a-z]{2}_/i;

/** Makes any server text safe to show: no control characters, and anything in it that looks like a key is masked. */
export function safeText(text: string): string {
  const cleaned = cleanText(text);
  return mayHoldKey.test(cleaned) ? redactWithin(cleaned, builtInProviders) : cleaned;
}

function parseMoment(text: string | null): number | null {
  if (text === null) return null;
  const momentMs = Date.parse(text);
  return Number.isNaN(momentMs) ? null : momentMs;
}

function factsFrom(key: ManagedKey, receivedAtMs: number, earlierUntilMs: number | null): KeyFacts {
  // The server's own clock may be wrong by any amount, so the deadline is its remaining seconds on our clock. An answer
  // takes time to arrive, so every estimate is late and the earliest one is the best.
  const estimateMs = key.grace === null ? null : receivedAtMs + key.grace.remainingSeconds * 1000;
  // What the server says has happened has happened, even if its clock is ahead of ours.
  const past = (moment: string | null): number => Math.min(parseMoment(moment) ?? receivedAtMs, receivedAtMs);
  return {
    id: key.id,
    provider: key.provider,
    kind: key.kind,
    environment: key.environment,
    createdAtMs: parseMoment(key.createdAt) ?? receivedAtMs,
    secretCreatedAtMs: parseMoment(key.secretCreatedAt) ?? receivedAtMs,
    lastUsedAtMs: parseMoment(key.lastUsedAt),
    trackingSinceMs: parseMoment(key.trackingSince),
    expiresAtMs: key.state === "expired" ? past(key.expiresAt) : parseMoment(key.expiresAt),
    revokedAtMs: key.state === "revoked" ? past(key.revokedAt) : null,
    graceUntilMs:
      estimateMs === null || earlierUntilMs === null ? estimateMs : Math.min(estimateMs, earlierUntilMs),
  };
}

/** Gives the row with its rotation and usage status as of `nowMs`. */
export function assessRow(row: KeyRow, nowMs: number): KeyRow {
  const { policy } = policyOf(row.provider);
  return {
    ...row,
    rotation: rotationStatus(row.facts, policy, nowMs),
    usage: usageStatus(row.facts, policy, nowMs),
  };
}

/** Prepares a key as the server told it at `receivedAtMs`; `earlier` is the row that showed it until now. */
export function makeKeyRow(key: ManagedKey, receivedAtMs: number, earlier?: KeyRow): KeyRow {
  const isSameGrace = earlier !== undefined && earlier.generation === key.generation;
  const facts = factsFrom(key, receivedAtMs, isSameGrace ? earlier.facts.graceUntilMs : null);
  const { policy } = policyOf(key.provider);
  const name = safeText(key.name);
  const provider = safeText(key.provider);
  const owner = key.owner === null ? null : safeText(key.owner);
  const tags = key.tags.map(safeText);
  const redacted = `${cleanText(key.prefix)}…${cleanText(key.lastFour).slice(-4)}`;
  return {
    id: key.id,
    generation: key.generation,
    name,
    provider,
    kind: key.kind,
    environment: key.environment,
    label: safeText(key.label),
    redacted,
    owner,
    tags,
    permissions: key.permissions?.map(safeText) ?? null,
    facts,
    rotation: rotationStatus(facts, policy, receivedAtMs),
    usage: usageStatus(facts, policy, receivedAtMs),
    haystack: [name, provider, key.kind, key.environment, redacted, cleanText(key.id), owner ?? "", ...tags]
      .join("\n")
      .toLowerCase(),
  };
}
