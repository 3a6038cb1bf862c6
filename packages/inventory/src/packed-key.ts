import type { KeyFacts } from "@keywarden/hygiene";
import type { ManagedKey } from "@keywarden/management";

/**
 * A key as it was told, in as little memory as it takes: what many keys have in common is kept once, and an instant is a
 * number. Its members are there to be read one by one; it has none of its own that a spread or JSON would find.
 */
export class PackedKey implements ManagedKey {
  readonly id: string;
  readonly name: string;
  readonly lastFour: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly metadata: ManagedKey["metadata"];
  private readonly common: Common;
  private readonly created: Instant;
  /** Null where it is as old as the key. */
  private readonly secretCreated: Instant | null;
  /** Null where it began with the key. */
  private readonly tracking: Instant | null;
  private readonly lastUsed: Instant | null;
  private readonly expires: Instant | null;

  constructor(key: ManagedKey) {
    const { id, name, lastFour, owner, tags, metadata, createdAt, secretCreatedAt, trackingSince } = key;
    const { lastUsedAt, expiresAt } = key;
    this.id = id;
    this.name = name;
    this.lastFour = lastFour;
    this.owner = owner === null ? null : known(owners, owner, owner);
    this.tags = known(tagLists, JSON.stringify(tags), tags);
    this.metadata = metadata;
    this.common = commonOf(key);
    this.created = pack(createdAt);
    this.secretCreated = secretCreatedAt === createdAt ? null : pack(secretCreatedAt);
    this.tracking = trackingSince === createdAt ? null : pack(trackingSince);
    this.lastUsed = lastUsedAt === null ? null : pack(lastUsedAt);
    this.expires = expiresAt === null ? null : pack(expiresAt);
  }

  get provider() {
    return this.common.provider;
  }
  get kind() {
    return this.common.kind;
  }
  get environment() {
    return this.common.environment;
  }
  get label() {
    return this.common.label;
  }
  get prefix() {
    return this.common.prefix;
  }
  get generation() {
    return this.common.generation;
  }
  get revision() {
    return this.common.revision;
  }
  get state() {
    return this.common.state;
  }
  get revokedAt() {
    return this.common.revokedAt;
  }
  get disabledAt() {
    return this.common.disabledAt;
  }
  get grace() {
    return this.common.grace;
  }
  get permissions() {
    return this.common.permissions;
  }
  get restrictions() {
    return this.common.restrictions;
  }
  get replaces() {
    return this.common.replaces;
  }
  get createdAt() {
    return textOf(this.created);
  }
  get secretCreatedAt() {
    return textOf(this.secretCreated ?? this.created);
  }
  get trackingSince() {
    return textOf(this.tracking ?? this.created);
  }
  get lastUsedAt() {
    return this.lastUsed === null ? null : textOf(this.lastUsed);
  }
  get expiresAt() {
    return this.expires === null ? null : textOf(this.expires);
  }

  /** What `keyFactsOf` finds in it, without reading the instants again. */
  get facts(): KeyFacts {
    const { id, provider, kind, environment, created, lastUsed, expires, common } = this;
    const { revokedAt, grace } = common;
    return {
      id,
      provider,
      kind,
      environment,
      createdAtMs: msOf(created),
      secretCreatedAtMs: msOf(this.secretCreated ?? created),
      lastUsedAtMs: lastUsed === null ? null : msOf(lastUsed),
      trackingSinceMs: msOf(this.tracking ?? created),
      expiresAtMs: expires === null ? null : msOf(expires),
      revokedAtMs: revokedAt === null ? null : Date.parse(revokedAt),
      graceUntilMs: grace === null ? null : Date.parse(grace.until),
    };
  }
}

type Own =
  | "id"
  | "name"
  | "lastFour"
  | "owner"
  | "tags"
  | "metadata"
  | "createdAt"
  | "secretCreatedAt"
  | "trackingSince"
  | "lastUsedAt"
  | "expiresAt";
type Common = Omit<ManagedKey, Own>;

/** One object for all keys that have the same of it. Taking the rest of a key out of it takes longer than naming it. */
function commonOf(key: ManagedKey): Common {
  const { provider, kind, environment, label, prefix, generation, revision, state } = key;
  const { revokedAt, disabledAt, grace, permissions, restrictions, replaces } = key;
  const one = [provider, kind, environment, label, prefix, generation, revision, state];
  const name = JSON.stringify([...one, revokedAt, disabledAt, grace, permissions, restrictions, replaces]);
  const found = commons.get(name);
  if (found !== undefined) return found;
  const made: Common = {
    provider,
    kind,
    environment,
    label,
    prefix,
    generation,
    revision,
    state,
    revokedAt,
    disabledAt,
    grace,
    permissions,
    restrictions,
    replaces,
  };
  return known(commons, name, made);
}

/** Milliseconds where they give the text back as it was told, and the text where they do not. */
type Instant = number | string;

// Making the text again to compare it takes a thousand times as long as a look at it, which settles most.
const plain = /^\d{4}-\d\d-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z$/;

function pack(text: string): Instant {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) return text;
  return plain.test(text) || new Date(atMs).toISOString() === text ? atMs : text;
}

const textOf = (instant: Instant): string =>
  typeof instant === "number" ? new Date(instant).toISOString() : instant;

const msOf = (instant: Instant): number => (typeof instant === "number" ? instant : Date.parse(instant));

const owners = new Map<string, string>();
const tagLists = new Map<string, readonly string[]>();
const commons = new Map<string, Common>();
// Where each key has its own, keeping them would cost what it saves.
const mostKnown = 5000;

function known<Value>(all: Map<string, Value>, name: string, value: Value): Value {
  const found = all.get(name);
  if (found === undefined && all.size < mostKnown) all.set(name, value);
  return found ?? value;
}
