import { findFormat } from "@keywarden/key-format";
import { parseRecipient } from "@keywarden/management";
import type { AuditEntry, KeyStores, StoredKey } from "@keywarden/storage";
import { makeSecret } from "../keys/make-secret.ts";
import { alertNoticeJobs } from "../monitoring/notices.ts";
import { providerOf } from "../mounted-providers.ts";
import type { ServerContext } from "../server-context.ts";
import { sha256 } from "../sha256.ts";
import type { PolicyAct, Told } from "./act.ts";
import { actNotice } from "./act-notice.ts";
import { sealedRequestOf } from "./sealed-request.ts";

export const POLICY_ACTOR = "policy";
const TOLD_ACTION = "policy.told";
const ENABLED_ACTION = "key.enabled";

type Carrying = Pick<ServerContext, "providers" | "randomBytes" | "secrets" | "storage">;
/** Decides again, where nobody else can change the key, so that what happened meanwhile counts. */
export type Decide = (key: StoredKey, told: readonly Told[]) => readonly PolicyAct[];

/**
 * Does what policy asks for one key, audits it and queues what people are told of it, all or nothing.
 *
 * @returns what was done
 */
export async function carryOut(
  context: Carrying,
  keyId: string,
  decide: Decide,
  channels: readonly string[],
): Promise<readonly PolicyAct[]> {
  const acts = await context.storage.transaction(async (stores) => {
    const key = await stores.keys.getKey(keyId);
    if (key === null) return [];
    const done: PolicyAct[] = [];
    for (const act of decide(key, await readTold(stores, keyId))) {
      const outcome = await carryOutOne(context, stores, key, act);
      if (outcome === null) continue;
      const about = JSON.stringify([keyId, key.generation, act]);
      const notice = actNotice(`pol_${sha256(about).slice(0, 24)}`, outcome.key, act, outcome.sealed);
      for (const job of alertNoticeJobs(channels, notice)) await stores.jobs.enqueue(job);
      done.push(act);
    }
    return done;
  });
  if (acts.some(({ act }) => act === "disable" || act === "rotate")) await context.secrets.forget(keyId);
  return acts;
}

/** Reads what people were told of a key, the newest first. */
export async function readTold(
  { audit }: Pick<KeyStores, "audit">,
  subject: string,
): Promise<readonly Told[]> {
  const actions = [TOLD_ACTION, ENABLED_ACTION];
  const entries = await audit.list({ subject, actions, isNewestFirst: true, limit: 100 });
  // Who enables a disabled key wants to keep it, and is warned once more.
  const enabledAtMs = entries.find(({ action }) => action === ENABLED_ACTION)?.atMs ?? -Infinity;
  return entries
    .filter(({ action }) => action === TOLD_ACTION)
    .map(toldOf)
    .filter(({ act, atMs }) => act !== "warn-of-disabling" || atMs > enabledAtMs);
}

function toldOf({ atMs, details }: AuditEntry): Told {
  const { act, generation, deadlineMs, member } = details;
  return {
    act: typeof act === "string" ? act : "",
    atMs,
    generation: Number(generation),
    deadlineMs: typeof deadlineMs === "number" ? deadlineMs : null,
    member: typeof member === "string" ? member : null,
  };
}

interface Carried {
  readonly key: StoredKey;
  readonly sealed: string | null;
}

async function carryOutOne(
  context: Carrying,
  stores: KeyStores,
  key: StoredKey,
  act: PolicyAct,
): Promise<Carried | null> {
  const { id, provider, generation } = key;
  const by = { actor: POLICY_ACTOR, subject: id, provider };
  if (act.act === "rotate") return rotate(context, stores, key, act.sealTo);
  if (act.act === "disable") {
    const { unusedSinceMs } = act;
    const audit = { ...by, action: "key.disabled", details: { unusedSinceMs } };
    const result = await stores.keys.changeKey({ id, changes: { isDisabled: true }, audit });
    return result.ok && result.isChanged ? { key: result.key, sealed: null } : null;
  }
  await stores.audit.append({ ...by, action: TOLD_ACTION, details: { generation, ...act } });
  return { key, sealed: null };
}

/** The text of the new secret is sealed at once; this process and the storage never have it in another form. */
async function rotate(
  context: Carrying,
  stores: KeyStores,
  key: StoredKey,
  sealTo: string,
): Promise<Carried | null> {
  const provider = providerOf(context, key);
  const recipient = parseRecipient(sealTo);
  if (!provider.ok || recipient === null) return null;
  // Somebody is at it: two new secrets would be one too many.
  if ((await stores.rotations.findOpen(key.id)) !== null) return null;
  const { profile } = provider.value;
  const format = findFormat(profile, { kind: key.kind, environment: key.environment, label: key.label });
  if (format === undefined) return null;
  const made = makeSecret(format, { as: "sealed", recipient, header: sealTo }, context.randomBytes);
  if (!made.ok || made.value.sealed === null) return null;
  const { graceSeconds } = profile.rotation;
  const result = await stores.keys.rotateKey({
    id: key.id,
    expectedGeneration: key.generation,
    secret: made.value.stored,
    graceMs: graceSeconds * 1000,
    audit: {
      action: "key.rotated",
      actor: POLICY_ACTOR,
      subject: key.id,
      provider: key.provider,
      details: { graceSeconds, delivery: "sealed" },
    },
  });
  if (!result.ok) return null;
  const { generation } = result.key;
  await stores.requests.remember({
    ...sealedRequestOf(key.id, generation),
    keyId: key.id,
    generation,
    sealed: made.value.sealed,
    expiresAtMs: result.key.asOfMs + KEPT_MS + graceSeconds * 1000,
  });
  return { key: result.key, sealed: made.value.sealed };
}

/** Beyond the grace period, so that whoever comes too late need not rotate once more. */
const KEPT_MS = 30 * 86_400_000;
