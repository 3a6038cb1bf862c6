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
import { PackedKey } from "./packed-key.ts";
import { cleanText } from "./text/clean-text.ts";

/** One key of the inventory, prepared once for judging, filtering, sorting and drawing. */
export interface KeyRow {
  /** As the server told it, or packed. Filters and programs read it; people are shown the texts below, which are safe to show. */
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
  /** What hygiene judges by, read anew each time from what was told. */
  readonly facts: KeyFacts;
  /** The two of the facts that lists are sorted by. */
  readonly secretCreatedAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly rotation: RotationStatus;
  readonly usage: UsageStatus;
  /** The same key as it is judged at `nowMs`, with or without the mark of one that is being replaced. */
  readonly judged: (judge: Judge, nowMs: number, isBeingReplaced?: boolean) => KeyRow;
  /** Whether a rotation of it is known to be in progress, or a living key to take over from it. */
  readonly isBeingReplaced: boolean;
  /** The text in which a filter looks for words, as `searchText` gives it. */
  readonly haystack: string;
}

const finite = (momentMs: number | null): number | null =>
  momentMs === null || Number.isNaN(momentMs) ? null : momentMs;

function factsFrom(key: ManagedKey, receivedAtMs: number, graceUntilMs: number | null): KeyFacts {
  const facts = key instanceof PackedKey ? key.facts : keyFactsOf(key);
  // What the server says has happened has happened, even if its clock is ahead of ours.
  const past = (momentMs: number | null): number => Math.min(finite(momentMs) ?? receivedAtMs, receivedAtMs);
  return {
    ...facts,
    createdAtMs: finite(facts.createdAtMs) ?? receivedAtMs,
    secretCreatedAtMs: finite(facts.secretCreatedAtMs) ?? receivedAtMs,
    lastUsedAtMs: finite(facts.lastUsedAtMs),
    trackingSinceMs: finite(facts.trackingSinceMs),
    expiresAtMs: key.state === "expired" ? past(facts.expiresAtMs) : finite(facts.expiresAtMs),
    revokedAtMs: key.state === "revoked" ? past(facts.revokedAtMs) : null,
    graceUntilMs,
  };
}

/**
 * The server's own clock may be wrong by any amount, so the deadline is its remaining seconds on our clock. An answer takes
 * time to arrive, so every estimate is late and the earliest one is the best.
 */
function graceEndOf({ grace }: ManagedKey, receivedAtMs: number, earlierUntilMs: number | null) {
  const estimateMs = grace === null ? null : receivedAtMs + grace.remainingSeconds * 1000;
  return estimateMs === null || earlierUntilMs === null ? estimateMs : Math.min(estimateMs, earlierUntilMs);
}

// An inventory of 100,000 keys holds a row of each: a row keeps what takes time to find out and cannot be told from `told`.
class Row implements KeyRow {
  readonly told: ManagedKey;
  readonly isBeingReplaced: boolean;
  readonly rotation: RotationStatus;
  readonly usage: UsageStatus;
  private readonly shown: Shown | null;
  private readonly arrival: Arrival;
  private readonly graceUntilMs: number | null;

  constructor(known: Known, judge: Judge, nowMs: number) {
    this.told = known.told;
    this.isBeingReplaced = known.isBeingReplaced;
    this.shown = known.shown;
    this.arrival = known.arrival;
    this.graceUntilMs = known.graceUntilMs;
    const { facts } = this;
    const { policy } = judge.policyOf(known.told.provider);
    this.rotation = rotationStatus(facts, policy, nowMs);
    this.usage = usageStatus(facts, policy, nowMs);
  }

  judged(judge: Judge, nowMs: number, isBeingReplaced = this.isBeingReplaced): Row {
    const { told, shown, arrival, graceUntilMs } = this;
    return new Row({ told, shown, arrival, graceUntilMs, isBeingReplaced }, judge, nowMs);
  }

  get facts() {
    return factsFrom(this.told, this.arrival.atMs, this.graceUntilMs);
  }
  get secretCreatedAtMs() {
    return this.facts.secretCreatedAtMs;
  }
  get lastUsedAtMs() {
    return this.facts.lastUsedAtMs;
  }
  private get texts(): Shown {
    return this.shown ?? this.told;
  }
  get name() {
    return this.texts.name;
  }
  get provider() {
    return this.texts.provider;
  }
  get label() {
    return this.texts.label;
  }
  get owner() {
    return this.texts.owner;
  }
  get tags() {
    return this.texts.tags;
  }
  get permissions() {
    return this.texts.permissions;
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
  // Longer than all that it is made of, and asked for by filters alone.
  get haystack() {
    const { name, id, provider, told, owner, tags } = this;
    return searchText([name, id, provider, redactedWith(told, omission), owner ?? "", ...tags].join("\n"));
  }
}

/** The texts of a key that are safe to show; of most keys they are what was told. */
type Shown = Pick<KeyRow, "name" | "provider" | "label" | "owner" | "tags" | "permissions">;

/** When a key was told: one object for all keys of an answer, because a moment of its own costs each of them 24 bytes. */
interface Arrival {
  readonly atMs: number;
}

let lastArrival: Arrival = { atMs: 0 };

function arrivalAt(atMs: number): Arrival {
  if (lastArrival.atMs !== atMs) lastArrival = { atMs };
  return lastArrival;
}

interface Known {
  readonly told: ManagedKey;
  /** Null where everything can be shown as it was told. */
  readonly shown: Shown | null;
  readonly arrival: Arrival;
  readonly graceUntilMs: number | null;
  readonly isBeingReplaced: boolean;
}

const redactedWith = ({ prefix, lastFour }: ManagedKey, between: string): string =>
  `${cleanText(prefix)}${between}${cleanText(lastFour).slice(-4)}`;

/** Prepares a key as the server told it at `receivedAtMs`; `earlier` is the row that showed it until now. */
export function makeKeyRow(key: ManagedKey, judge: Judge, receivedAtMs: number, earlier?: KeyRow): KeyRow {
  const isSameGrace = earlier !== undefined && earlier.generation === key.generation;
  const graceUntilMs = graceEndOf(key, receivedAtMs, isSameGrace ? earlier.facts.graceUntilMs : null);
  const known = {
    told: key,
    shown: showTexts(key, judge),
    arrival: arrivalAt(receivedAtMs),
    graceUntilMs,
    isBeingReplaced: earlier?.isBeingReplaced ?? false,
  };
  return new Row(known, judge, receivedAtMs);
}

function showTexts(key: ManagedKey, { show }: Judge): Shown | null {
  let isSame = true;
  const showOne = (text: string): string => {
    const shown = show(text);
    isSame &&= shown === text;
    return shown;
  };
  const shown = {
    name: showOne(key.name),
    provider: showOne(key.provider),
    label: showOne(key.label),
    owner: key.owner === null ? null : showOne(key.owner),
    tags: key.tags.map(showOne),
    permissions: key.permissions?.map(showOne) ?? null,
  };
  return isSame ? null : shown;
}
