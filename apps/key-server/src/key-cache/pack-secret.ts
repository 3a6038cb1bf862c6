import type { Environment, KeyKind } from "@keywarden/key-format";
import { keyState, secretState, type KeyStore, type StoredKey, type StoredSecret } from "@keywarden/storage";

export type KeyWithSecret = NonNullable<Awaited<ReturnType<KeyStore["findBySha256"]>>>;

/** What all keys of a kind have in common is in memory once. */
interface Form {
  readonly provider: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly prefix: string;
}

/** 0 for none. */
type Instant = number;
/** A value that many keys have, by its number, else the value itself. */
type Word<Value> = Value | number;
type PackedSecret = readonly [
  generation: number,
  lastFour: string,
  sha256?: string | 0,
  prefix?: string | 0,
  createdAfterMs?: number,
  createdBy?: string | 0,
  notBeforeAfterMs?: number,
  validUntilMs?: Instant,
  revokedAtMs?: Instant,
];
type PackedKey = readonly [
  form: number,
  id: string,
  name: string,
  generation: number,
  createdAtMs: number,
  createdBy: Word<string>,
  asOfAfterMs: number,
  secret: PackedSecret,
  tags: Word<StoredKey["tags"]>,
  metadata: Word<StoredKey["metadata"]>,
  owner?: Word<string>,
  permissions?: readonly string[] | 0,
  expiresAtMs?: Instant,
  revokedAtMs?: Instant,
  revokedBy?: string | 0,
  lastUsedAtMs?: Instant,
  lastDeniedAtMs?: Instant,
  trackingAfterMs?: number,
  graceSecret?: PackedSecret | 0,
  found?: PackedSecret | 0,
  disabledAtMs?: Instant,
  disabledBy?: string | 0,
  revision?: number,
  replaces?: string | 0,
];

/** Turns what was found for a hash into a text of some 100 bytes, and back. */
export interface SecretPacker {
  pack(sha256: string, found: KeyWithSecret): string;
  unpack(sha256: string, text: string): KeyWithSecret;
}

/**
 * Short where it can be: what is the same as elsewhere in the record is 0, as are nulls; zeros at the end are left out;
 * times begin at the key's; states follow from times; who made keys and whose they are, tags and metadata are in memory
 * once, as most of them belong to many keys.
 */
export function makeSecretPacker(): SecretPacker {
  const forms: Form[] = [];
  const words: Words = {
    makers: makeWords<string>(),
    owners: makeWords<string>(),
    tags: makeWords<StoredKey["tags"]>(),
    metadata: makeWords<StoredKey["metadata"]>(),
  };
  const numbers = new Map<string, number>();

  const numberOf = ({ provider, kind, environment, label, prefix }: StoredKey): number => {
    const name = [provider, kind, environment, label, prefix].join(" ");
    let number = numbers.get(name);
    if (number === undefined) {
      number = forms.push({ provider, kind, environment, label, prefix }) - 1;
      numbers.set(name, number);
    }
    return number;
  };

  return {
    pack: (sha256, { key, secret }) => {
      const packed: PackedKey = [
        numberOf(key),
        key.id,
        key.name,
        key.generation,
        key.createdAtMs,
        words.makers.pack(key.createdBy),
        key.asOfMs - key.createdAtMs,
        packSecret(key, key.secret, sha256),
        words.tags.pack(key.tags),
        words.metadata.pack(key.metadata),
        key.owner === null ? 0 : words.owners.pack(key.owner),
        key.permissions ?? 0,
        key.expiresAtMs ?? 0,
        key.revokedAtMs ?? 0,
        key.revokedBy ?? 0,
        key.lastUsedAtMs ?? 0,
        key.lastDeniedAtMs ?? 0,
        key.trackingSinceMs - key.createdAtMs,
        key.graceSecret === null ? 0 : packSecret(key, key.graceSecret, sha256),
        secret.generation === key.generation ? 0 : packSecret(key, secret, sha256),
        key.disabledAtMs ?? 0,
        key.disabledBy ?? 0,
        key.revision,
        key.replaces ?? 0,
      ];
      return JSON.stringify(withoutLastZeros(packed));
    },
    unpack: (sha256, text) => unpackKey({ forms, words }, sha256, JSON.parse(text) as PackedKey),
  };
}

function packSecret(key: StoredKey, secret: StoredSecret, found: string): PackedSecret {
  const packed: PackedSecret = [
    secret.generation,
    secret.lastFour,
    secret.sha256 === found ? 0 : secret.sha256,
    secret.prefix === key.prefix ? 0 : secret.prefix,
    secret.createdAtMs - key.createdAtMs,
    secret.createdBy === key.createdBy ? 0 : secret.createdBy,
    secret.notBeforeMs - key.createdAtMs,
    secret.validUntilMs ?? 0,
    secret.revokedAtMs ?? 0,
  ];
  return withoutLastZeros(packed);
}

function withoutLastZeros<Packed extends readonly unknown[]>(packed: Packed): Packed {
  const end = packed.findLastIndex((value) => value !== 0) + 1;
  return packed.slice(0, end) as readonly unknown[] as Packed;
}

function unpackKey(
  { forms, words }: { readonly forms: readonly Form[]; readonly words: Words },
  found: string,
  packed: PackedKey,
): KeyWithSecret {
  const [number, id, name, generation, createdAtMs, maker, asOfAfterMs, secret, tags, metadata] = packed;
  const { 10: owner = 0, 11: permissions = 0, 12: expires = 0, 13: revoked = 0, 14: revokedBy = 0 } = packed;
  const { 15: used = 0, 16: denied = 0, 17: trackingAfterMs = 0, 18: grace = 0, 19: other = 0 } = packed;
  const { 20: disabled = 0, 21: disabledBy = 0, 22: revision = 0, 23: replaces = 0 } = packed;
  const form = forms[number];
  if (form === undefined) throw new TypeError("a packed secret names a form that was never given");
  const { provider, kind, environment, label, prefix } = form;
  const asOfMs = createdAtMs + asOfAfterMs;
  const createdBy = words.makers.unpack(maker);
  const times = {
    generation,
    expiresAtMs: orNull(expires),
    revokedAtMs: orNull(revoked),
    disabledAtMs: orNull(disabled),
  };
  const shared = { keyId: id, prefix, createdAtMs, createdBy, found, times, asOfMs };
  const current = unpackSecret(shared, secret);
  // Written out, since to spread an object into another one takes as long as to read it.
  const key: StoredKey = {
    id,
    provider,
    kind,
    environment,
    label,
    prefix,
    name,
    generation,
    expiresAtMs: times.expiresAtMs,
    revokedAtMs: times.revokedAtMs,
    disabledAtMs: times.disabledAtMs,
    owner: owner === 0 ? null : words.owners.unpack(owner),
    tags: words.tags.unpack(tags),
    permissions: orNull(permissions),
    metadata: words.metadata.unpack(metadata),
    createdAtMs,
    createdBy,
    revokedBy: orNull(revokedBy),
    disabledBy: orNull(disabledBy),
    revision,
    replaces: orNull(replaces),
    lastUsedAtMs: orNull(used),
    lastDeniedAtMs: orNull(denied),
    trackingSinceMs: createdAtMs + trackingAfterMs,
    state: keyState(times, current, asOfMs),
    secret: current,
    graceSecret: grace === 0 ? null : unpackSecret(shared, grace),
    asOfMs,
  };
  return { key, secret: other === 0 ? current : unpackSecret(shared, other) };
}

interface WordTable<Value extends string | object> {
  pack(value: Value): Word<Value>;
  unpack(word: Word<Value>): Value;
}

interface Words {
  readonly makers: WordTable<string>;
  readonly owners: WordTable<string>;
  readonly tags: WordTable<StoredKey["tags"]>;
  readonly metadata: WordTable<StoredKey["metadata"]>;
}

/** So many values of each sort are kept once; where there are more, they are rarely of many keys. */
const MOST_WORDS = 2000;
const LONGEST_WORD = 300;

function makeWords<Value extends string | object>(): WordTable<Value> {
  const values: Value[] = [];
  const numbers = new Map<string, number>();
  return {
    pack: (value) => {
      const text = JSON.stringify(value);
      const number = numbers.get(text);
      if (number !== undefined) return number;
      if (values.length >= MOST_WORDS || text.length > LONGEST_WORD) return value;
      // One that all may change would change for all.
      values.push(Object.freeze(JSON.parse(text) as Value));
      numbers.set(text, values.length);
      return values.length;
    },
    unpack: (word) => {
      if (typeof word !== "number") return word;
      const value = values[word - 1];
      if (value === undefined) throw new TypeError("a packed secret names a word that was never given");
      return value;
    },
  };
}

/** What a secret shares with its key. */
interface OfKey {
  readonly keyId: string;
  readonly prefix: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly found: string;
  readonly times: Parameters<typeof secretState>[0];
  readonly asOfMs: number;
}

function unpackSecret(
  { keyId, prefix, createdAtMs, createdBy, found, times, asOfMs }: OfKey,
  packed: PackedSecret,
): StoredSecret {
  const [generation, lastFour, sha256 = 0, ownPrefix = 0, created = 0, ownCreatedBy = 0] = packed;
  const { 6: notBefore = 0, 7: until = 0, 8: revoked = 0 } = packed;
  const validUntilMs = orNull(until);
  const revokedAtMs = orNull(revoked);
  const notBeforeMs = createdAtMs + notBefore;
  return {
    keyId,
    generation,
    sha256: sha256 === 0 ? found : sha256,
    prefix: ownPrefix === 0 ? prefix : ownPrefix,
    lastFour,
    createdAtMs: createdAtMs + created,
    createdBy: ownCreatedBy === 0 ? createdBy : ownCreatedBy,
    notBeforeMs,
    validUntilMs,
    revokedAtMs,
    state: secretState(times, { generation, notBeforeMs, validUntilMs, revokedAtMs }, asOfMs),
  };
}

function orNull<Value>(value: Value | 0): Value | null {
  return value === 0 ? null : value;
}
