import { alertRuleSchema, type AlertRule, type AlertView } from "@keywarden/management";
import type { AlertRule as StoredAlertRule, JsonObject, StoredKey } from "@keywarden/storage";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { isoOf, isoOrNull } from "../keys/view-key.ts";

const MOST_ALERTS = 20;

export async function createAlert(
  context: ServerContext,
  caller: Caller,
  key: StoredKey,
  { rule, webhookUrl }: { readonly rule: AlertRule; readonly webhookUrl: string | null },
): Promise<Outcome<AlertView>> {
  const { storage, webhooks, alerts } = context;
  if (key.state !== "active") return refuse("BAD_REQUEST", `the key is ${key.state} and will not be used`);
  const refusal = webhookUrl === null ? null : webhooks.refusalOf(webhookUrl);
  if (refusal !== null) return refuse("BAD_REQUEST", refusal);
  if ((await storage.alertRules.list({ keyId: key.id })).length >= MOST_ALERTS)
    return refuse("BAD_REQUEST", `a key has at most ${MOST_ALERTS} alerts; remove one first`);
  const id = `alert_${Buffer.from(context.randomBytes(12)).toString("hex")}`;
  const stored = await storage.alertRules.create(
    { id, keyId: key.id, rule: { ...rule }, webhookUrl },
    entryOf(caller, key, "alert.created", { rule: { ...rule }, webhookUrl }),
  );
  await alerts.reload();
  return done({ ...viewAlert(stored), ...(webhookUrl !== null && { signingSecret: webhooks.secretOf(id) }) });
}

export async function listAlerts({ storage }: ServerContext, key: StoredKey): Promise<readonly AlertView[]> {
  return (await storage.alertRules.list({ keyId: key.id })).map(viewAlert);
}

export async function deleteAlert(
  { storage, alerts }: ServerContext,
  caller: Caller,
  key: StoredKey,
  id: string,
): Promise<Outcome<{ readonly id: string }>> {
  const wasThere = await storage.alertRules.remove(
    { id, keyId: key.id },
    entryOf(caller, key, "alert.deleted", {}),
  );
  if (!wasThere)
    return refuse("ALERT_NOT_FOUND", "the key has no such alert; list its alerts to see which ids there are");
  await alerts.reload();
  return done({ id });
}

function entryOf(caller: Caller, key: StoredKey, action: string, details: JsonObject) {
  return {
    action,
    actor: actorOf(caller.principal),
    subject: key.id,
    provider: key.provider,
    details: { ...details, ...originOf(caller) },
  };
}

function viewAlert(stored: StoredAlertRule): AlertView {
  return {
    id: stored.id,
    rule: alertRuleSchema.parse(stored.rule),
    webhookUrl: stored.webhookUrl,
    createdAt: isoOf(stored.createdAtMs),
    lastFiredAt: isoOrNull(stored.lastFiredAtMs),
  };
}
