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
import { omission, searchText } from "./query/search-text.ts";
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
  /** Whether a rotation of it is known to be in progress, or a living key to take over from it. */
  readonly isBeingReplaced: boolean;
  /** The text in which a filter looks for words, as `searchText` gives it. */
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

// An inventory of 100,000 keys holds a row of each, so that a row keeps only what takes time to find out, once.
class Row implements KeyRow {
  readonly told: ManagedKey;
  readonly name: string;
  readonly provider: string;
  readonly label: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly permissions: readonly string[] | null;
  readonly facts: KeyFacts;
  readonly rotation: RotationStatus;
  readonly usage: UsageStatus;
  readonly isBeingReplaced: boolean;
  readonly haystack: string;

  constructor(texts: Texts, facts: KeyFacts, judge: Judge, nowMs: number) {
    this.told = texts.told;
    this.name = texts.name;
    this.provider = texts.provider;
    this.label = texts.label;
    this.owner = texts.owner;
    this.tags = texts.tags;
    this.permissions = texts.permissions;
    this.haystack = texts.haystack;
    this.isBeingReplaced = texts.isBeingReplaced;
    this.facts = facts;
    const { policy } = judge.policyOf(texts.told.provider);
    this.rotation = rotationStatus(facts, policy, nowMs);
    this.usage = usageStatus(facts, policy, nowMs);
  }

  get id() {
    return this.told.id;
  }
  get generation() {
    return this.told.generation;
  }
  get kind() {
    return this.told.kind;
  }
  get environment() {
    return this.told.environment;
  }
  get redacted() {
    return redactedWith(this.told, "…");
  }
}

type Texts = Pick<
  KeyRow,
  "told" | "name" | "provider" | "label" | "owner" | "tags" | "permissions" | "haystack" | "isBeingReplaced"
>;

const redactedWith = ({ prefix, lastFour }: ManagedKey, between: string): string =>
  `${cleanText(prefix)}${between}${cleanText(lastFour).slice(-4)}`;

/** Gives the row with its rotation and usage status as of `nowMs`. */
export function assessRow(row: KeyRow, judge: Judge, nowMs: number): KeyRow {
  return new Row(row, row.facts, judge, nowMs);
}

/** Gives the row with or without the mark of a key that is being replaced. */
export function markReplaced(row: KeyRow, isBeingReplaced: boolean, judge: Judge, nowMs: number): KeyRow {
  const { told, name, provider, label, owner, tags, permissions, haystack, facts } = row;
  const texts = { told, name, provider, label, owner, tags, permissions, haystack };
  return new Row({ ...texts, isBeingReplaced }, facts, judge, nowMs);
}

/** Prepares a key as the server told it at `receivedAtMs`; `earlier` is the row that showed it until now. */
export function makeKeyRow(
  received: ManagedKey,
  judge: Judge,
  receivedAtMs: number,
  earlier?: KeyRow,
): KeyRow {
  const key = share(received);
  const isSameGrace = earlier !== undefined && earlier.generation === key.generation;
  const facts = factsFrom(key, receivedAtMs, isSameGrace ? earlier.facts.graceUntilMs : null);
  const { show } = judge;
  const showAll = (texts: readonly string[]): readonly string[] => {
    const shown = texts.map(show);
    return shown.every((text, index) => text === texts[index]) ? texts : shown;
  };
  const name = show(key.name);
  const provider = show(key.provider);
  const owner = key.owner === null ? null : show(key.owner);
  const tags = showAll(key.tags);
  const words = [name, key.id, provider, redactedWith(key, omission), owner ?? "", ...tags];
  const texts = {
    told: key,
    name,
    provider,
    label: show(key.label),
    owner,
    tags,
    permissions: key.permissions === null ? null : showAll(key.permissions),
    haystack: searchText(words.join("\n")),
    isBeingReplaced: earlier?.isBeingReplaced ?? false,
  };
  return new Row(texts, facts, judge, receivedAtMs);
}

/** The key with one text for what is the same: two of its instants, its owner and its tags as other keys have them. */
function share(key: ManagedKey): ManagedKey {
  const { createdAt, secretCreatedAt, trackingSince, owner, tags } = key;
  return {
    ...key,
    secretCreatedAt: secretCreatedAt === createdAt ? createdAt : secretCreatedAt,
    trackingSince: trackingSince === createdAt ? createdAt : trackingSince,
    owner: owner === null ? null : known(owners, owner, owner),
    tags: known(tagLists, JSON.stringify(tags), tags),
  };
}

const owners = new Map<string, string>();
const tagLists = new Map<string, readonly string[]>();
// Owners and tags repeat; where each key has its own, keeping them would cost what it saves.
const mostKnown = 5000;

function known<Value>(all: Map<string, Value>, name: string, value: Value): Value {
  const found = all.get(name);
  if (found === undefined && all.size < mostKnown) all.set(name, value);
  return found ?? value;
}
