import type { Environment, KeyKind } from "@keywarden/key-format";
import type { KeyStore, StoredKey, StoredSecret } from "@keywarden/storage";

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
type PackedSecret = readonly [
  generation: number,
  sha256: string | 0,
  prefix: string | 0,
  lastFour: string,
  createdAfterMs: number,
  createdBy: string | 0,
  notBeforeAfterMs: number,
  validUntilMs: Instant,
  revokedAtMs: Instant,
  state: StoredSecret["state"],
];
type PackedKey = readonly [
  form: number,
  id: string,
  name: string,
  generation: number,
  owner: string | 0,
  tags: StoredKey["tags"],
  permissions: readonly string[] | 0,
  metadata: StoredKey["metadata"],
  createdAtMs: number,
  createdBy: string,
  expiresAtMs: Instant,
  revokedAtMs: Instant,
  revokedBy: string | 0,
  lastUsedAtMs: Instant,
  lastDeniedAtMs: Instant,
  trackingAfterMs: number,
  state: StoredKey["state"],
  asOfAfterMs: number,
  secret: PackedSecret,
  graceSecret: PackedSecret | 0,
  found: PackedSecret | 0,
];

/** Turns what was found for a hash into a text of some 250 bytes, and back. */
export interface SecretPacker {
  pack(sha256: string, found: KeyWithSecret): string;
  unpack(sha256: string, text: string): KeyWithSecret;
}

/** Short where it can be: what is the same as elsewhere in the record is 0, as are nulls, and times begin at the key's. */
export function makeSecretPacker(): SecretPacker {
  const forms: Form[] = [];
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
        key.owner ?? 0,
        key.tags,
        key.permissions ?? 0,
        key.metadata,
        key.createdAtMs,
        key.createdBy,
        key.expiresAtMs ?? 0,
        key.revokedAtMs ?? 0,
        key.revokedBy ?? 0,
        key.lastUsedAtMs ?? 0,
        key.lastDeniedAtMs ?? 0,
        key.trackingSinceMs - key.createdAtMs,
        key.state,
        key.asOfMs - key.createdAtMs,
        packSecret(key, key.secret, sha256),
        key.graceSecret === null ? 0 : packSecret(key, key.graceSecret, sha256),
        secret.generation === key.generation ? 0 : packSecret(key, secret, sha256),
      ];
      return JSON.stringify(packed);
    },
    unpack: (sha256, text) => unpackKey(forms, sha256, JSON.parse(text) as PackedKey),
  };
}

function packSecret(key: StoredKey, secret: StoredSecret, found: string): PackedSecret {
  return [
    secret.generation,
    secret.sha256 === found ? 0 : secret.sha256,
    secret.prefix === key.prefix ? 0 : secret.prefix,
    secret.lastFour,
    secret.createdAtMs - key.createdAtMs,
    secret.createdBy === key.createdBy ? 0 : secret.createdBy,
    secret.notBeforeMs - key.createdAtMs,
    secret.validUntilMs ?? 0,
    secret.revokedAtMs ?? 0,
    secret.state,
  ];
}

function unpackKey(forms: readonly Form[], found: string, packed: PackedKey): KeyWithSecret {
  const [number, id, name, generation, owner, tags, permissions, metadata, createdAtMs, createdBy] = packed;
  const [, , , , , , , , , , expires, revoked, revokedBy, used, denied, trackingAfterMs] = packed;
  const [state, asOfAfterMs, secret, grace, other] = [
    packed[16],
    packed[17],
    packed[18],
    packed[19],
    packed[20],
  ];
  const form = forms[number];
  if (form === undefined) throw new TypeError("a packed secret names a form that was never given");
  const common = { keyId: id, prefix: form.prefix, createdAtMs, createdBy, found };
  const current = unpackSecret(common, secret);
  const key: StoredKey = {
    id,
    ...form,
    name,
    generation,
    owner: orNull(owner),
    tags,
    permissions: orNull(permissions),
    metadata,
    createdAtMs,
    createdBy,
    expiresAtMs: orNull(expires),
    revokedAtMs: orNull(revoked),
    revokedBy: orNull(revokedBy),
    lastUsedAtMs: orNull(used),
    lastDeniedAtMs: orNull(denied),
    trackingSinceMs: createdAtMs + trackingAfterMs,
    state,
    secret: current,
    graceSecret: grace === 0 ? null : unpackSecret(common, grace),
    asOfMs: createdAtMs + asOfAfterMs,
  };
  return { key, secret: other === 0 ? current : unpackSecret(common, other) };
}

function unpackSecret(
  key: { keyId: string; prefix: string; createdAtMs: number; createdBy: string; found: string },
  [generation, sha256, prefix, lastFour, created, createdBy, notBefore, until, revoked, state]: PackedSecret,
): StoredSecret {
  return {
    keyId: key.keyId,
    generation,
    sha256: sha256 === 0 ? key.found : sha256,
    prefix: prefix === 0 ? key.prefix : prefix,
    lastFour,
    createdAtMs: key.createdAtMs + created,
    createdBy: createdBy === 0 ? key.createdBy : createdBy,
    notBeforeMs: key.createdAtMs + notBefore,
    validUntilMs: orNull(until),
    revokedAtMs: orNull(revoked),
    state,
  };
}

function orNull<Value>(value: Value | 0): Value | null {
  return value === 0 ? null : value;
}
