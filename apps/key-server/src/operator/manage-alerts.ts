import {
  alertListSchema,
  createAlertSchema,
  createdAlertSchema,
  deletedAlertSchema,
  type Alert,
  type AlertRule,
  type AlertView,
} from "@keywarden/management";
import type { z } from "zod";
import { noBodySchema, parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { createAlert, deleteAlert, listAlerts } from "../monitoring/manage-alerts.ts";
import { done } from "../refusal.ts";

const path = "/v1/keys/{id}/alerts";

export const createKeyAlertRoute: OperatorRoute = {
  method: "POST",
  path,
  right: "alerts",
  keepsLimits: true,
  contract: {
    summary: "Alert about a key's use: more than so many requests in a time, or an unexpected address",
    body: createAlertSchema,
    status: 201,
    answer: createdAlertSchema,
  },
  handle: async (context, { caller, params, body }) => {
    const wanted = parse(createAlertSchema, body);
    if (!wanted.ok) return wanted;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const { webhookUrl = null } = wanted.value;
    const made = await createAlert(context, caller, key.value, { rule: ruleOf(wanted.value), webhookUrl });
    if (!made.ok) return made;
    const { signingSecret } = made.value;
    return done({
      status: 201,
      body: { ...viewAlert(made.value), ...(signingSecret !== undefined && { signingSecret }) },
    });
  },
};

export const listKeyAlertsRoute: OperatorRoute = {
  method: "GET",
  path,
  right: "list",
  keepsLimits: true,
  contract: { summary: "List the alerts of a key", status: 200, answer: alertListSchema },
  handle: async (context, { caller, params }) => {
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const alerts = (await listAlerts(context, key.value)).map(viewAlert);
    return done({ status: 200, body: { alerts, total: alerts.length } });
  },
};

export const deleteKeyAlertRoute: OperatorRoute = {
  method: "DELETE",
  path: `${path}/{alertId}`,
  right: "alerts",
  keepsLimits: true,
  contract: { summary: "Remove an alert of a key", status: 200, answer: deletedAlertSchema },
  handle: async (context, { caller, params, body }) => {
    const empty = parse(noBodySchema, body);
    if (!empty.ok) return empty;
    const key = await findVisibleKey(context, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const deleted = await deleteAlert(context, caller, key.value, params["alertId"] ?? "");
    return deleted.ok ? done({ status: 200, body: { ...deleted.value, deleted: true } }) : deleted;
  },
};

function ruleOf(wanted: z.infer<typeof createAlertSchema>): AlertRule {
  return "moreThan" in wanted
    ? { metric: wanted.of, threshold: wanted.moreThan, period: wanted.per }
    : { metric: "unexpected-address", expectedIpRanges: wanted.outsideOf, period: wanted.per };
}

function viewAlert({ id, rule, webhookUrl, createdAt, lastFiredAt }: AlertView): Alert {
  const facts = { id, per: rule.period, webhookUrl, createdAt, lastFiredAt };
  if (rule.metric === "unexpected-address")
    return { ...facts, moreThan: null, of: null, outsideOf: rule.expectedIpRanges };
  const of = rule.metric === "rate-limit" ? "per-cent-of-the-rate-limit" : rule.metric;
  return { ...facts, moreThan: rule.threshold, of, outsideOf: null };
}
