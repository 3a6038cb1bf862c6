import { setImmediate } from "node:timers/promises";
import { redactWithin } from "@keywarden/key-format";
import type { KeyImportAnswer } from "@keywarden/management";
import { isDuplicate, type ImportedKey, type KeyStore } from "@keywarden/storage";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { isoOf } from "./view-key.ts";
import { readImportedKey } from "./read-imported-key.ts";
import type { ServerContext } from "../server-context.ts";

type Refused = KeyImportAnswer["refused"][number];

/** Stores the keys that are not there yet; when one of them is refused, none. */
export async function importKeys(
  context: ServerContext,
  caller: Caller,
  given: readonly unknown[],
  isDryRun: boolean,
): Promise<KeyImportAnswer> {
  const refused: Refused[] = [];
  const read: Candidate[] = [];
  for (const [index, one] of given.entries()) {
    const result = readImportedKey(context, caller, one);
    if (result.ok) read.push({ index, key: result.key });
    // A message can quote what was given, and that can be a key.
    else {
      const message = redactWithin(result.message, context.secretFormats);
      refused.push({ index, reason: "invalid", message });
    }
    // Whoever asks something else of this process meanwhile gets an answer in between.
    if (index % mostReadInTurn === mostReadInTurn - 1) await setImmediate();
  }
  const settle = (keys: KeyStore) => settleAgainst(keys, context, read, refused);
  if (isDryRun) return answerOf(await settle(context.storage.keys), refused);
  const store = () =>
    context.storage.transaction(async ({ keys }) => {
      const fresh = await settle(keys);
      if (fresh.refused.length + refused.length === 0) await keys.importKeys(fresh.keys, auditOf(caller));
      return answerOf(fresh, refused);
    });
  try {
    return await store();
  } catch (error) {
    // Another process stored one of them between our look and our write; a second look finds it.
    if (isDuplicate(error)) return store();
    throw error;
  }
}

const mostReadInTurn = 250;

interface Candidate {
  readonly index: number;
  readonly key: ImportedKey;
}

interface Settled {
  readonly keys: readonly ImportedKey[];
  readonly existing: number;
  readonly refused: readonly Refused[];
}

function answerOf({ keys, existing, refused }: Settled, invalid: readonly Refused[]): KeyImportAnswer {
  const all = [...invalid, ...refused].toSorted((left, right) => left.index - right.index);
  return { created: all.length === 0 ? keys.length : 0, existing, refused: all };
}

const auditOf = (caller: Caller) => ({
  action: "key.imported",
  actor: actorOf(caller.principal),
  details: originOf(caller),
});

async function settleAgainst(
  store: KeyStore,
  context: ServerContext,
  candidates: readonly Candidate[],
  invalid: readonly Refused[],
): Promise<Settled> {
  const taken = await findTaken(store, candidates);
  const seen = new Map<string, number>();
  const tenants = new Map<string, number>();
  const keys: ImportedKey[] = [];
  const refused: Refused[] = [];
  let existing = 0;
  for (const { index, key } of candidates) {
    const conflict = (message: string) => void refused.push({ index, reason: "conflict", message });
    const names = [key.id, ...key.secrets.map(({ sha256 }) => sha256)];
    const twin = names.map((name) => seen.get(name)).find((one) => one !== undefined);
    for (const name of names) seen.set(name, index);
    const known = names.flatMap((name) => taken.get(name) ?? []);
    if (twin !== undefined)
      conflict(`its id or a hash of it comes twice: also in key ${twin} of the request`);
    else if (known.length > 0) {
      // To skip it would let in here what was ended there, and say that nothing is left to do.
      if (isSame(key, taken) && key.revokedAtMs !== null && taken.get(key.id)?.revokedAtMs === null)
        conflict(
          `${key.id} is not revoked here, and was at ${isoOf(key.revokedAtMs)} by this record: revoke it here, then import again`,
        );
      else if (isSame(key, taken)) existing += 1;
      else conflict(describeConflict(key, taken));
    } else {
      const other = await findTenantsOther(store, context, key, tenants);
      if (other === null) keys.push(key);
      else conflict(`the tenant has its one ${key.environment} key of this kind: ${other}`);
      if (other === null) tenants.set(tenantNameOf(key), index);
    }
  }
  return { keys: refused.length + invalid.length === 0 ? keys : [], existing, refused };
}

type Taken = ReadonlyMap<string, Awaited<ReturnType<KeyStore["findTaken"]>>[number]>;

async function findTaken(store: KeyStore, candidates: readonly Candidate[]): Promise<Taken> {
  const ids = candidates.map(({ key }) => key.id);
  const sha256s = candidates.flatMap(({ key }) => key.secrets.map(({ sha256 }) => sha256));
  const taken = new Map<string, Awaited<ReturnType<KeyStore["findTaken"]>>[number]>();
  const add = async (wanted: Parameters<KeyStore["findTaken"]>[0]) => {
    for (const one of await store.findTaken(wanted)) taken.set(one.sha256 ?? one.id, one);
  };
  for (let start = 0; start < Math.max(ids.length, sha256s.length); start += mostAsked) {
    const end = start + mostAsked;
    await add({ ids: ids.slice(start, end), sha256s: sha256s.slice(start, end) });
  }
  return taken;
}

const mostAsked = 1000;

// What has happened to a key since, such as a rotation, makes it no other key.
function isSame(key: ImportedKey, taken: Taken): boolean {
  const byId = taken.get(key.id);
  return (
    byId !== undefined &&
    byId.provider === key.provider &&
    byId.kind === key.kind &&
    byId.environment === key.environment &&
    key.secrets.every(({ sha256 }) => taken.get(sha256)?.id === key.id)
  );
}

function describeConflict(key: ImportedKey, taken: Taken): string {
  const holder = key.secrets.map(({ sha256 }) => taken.get(sha256)).find((one) => one !== undefined);
  if (holder !== undefined && holder.id !== key.id)
    return `its hash belongs to ${holder.id}, which has another id`;
  const byId = taken.get(key.id);
  const isAlike =
    byId?.provider === key.provider && byId.kind === key.kind && byId.environment === key.environment;
  return isAlike
    ? `${key.id} is there with another secret`
    : `${key.id} is there as a ${byId?.kind} key of ${byId?.provider} in ${byId?.environment}`;
}

function tenantNameOf({ provider, kind, environment, metadata }: ImportedKey): string {
  const { tenant = null } = (metadata?.["restrictions"] ?? {}) as { readonly tenant?: string };
  return JSON.stringify([provider, kind, environment, tenant]);
}

async function findTenantsOther(
  store: KeyStore,
  { providers, storage }: ServerContext,
  key: ImportedKey,
  tenants: ReadonlyMap<string, number>,
): Promise<string | null> {
  if (providers.get(key.provider)?.dialect.onePerTenant !== key.kind) return null;
  const endsMs = Math.min(key.expiresAtMs ?? Infinity, key.secrets.at(-1)?.validUntilMs ?? Infinity);
  if (key.revokedAtMs !== null || endsMs <= storage.now()) return null;
  const name = tenantNameOf(key);
  const twin = tenants.get(name);
  if (twin !== undefined) return `key ${twin} of the request`;
  const [provider, kind, environment, tenant] = JSON.parse(name) as [string, never, never, string | null];
  const { keys } = await store.listKeys({ provider, kind, environment, tenant, state: "active", limit: 1 });
  return keys[0]?.id ?? null;
}
