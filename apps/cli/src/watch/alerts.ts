import { safeText } from "@keywarden/inventory";
import type { Alert, CreateAlert, InventoryClient } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import { connect } from "../keys/connect.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import type { AddAlertFlags, AlertsCall } from "./alert-actions.ts";

/** `keywarden alerts <action>` */
export async function alerts(call: AlertsCall, terminal: Terminal): Promise<ExitStatus> {
  const wanted = call.action === "add" ? readAlert(call.flags) : null;
  const { client } = await connect(call, terminal);
  const [keyId = "", alertId = ""] = call.operands;
  if (wanted !== null) return add(client, keyId, wanted, terminal);
  if (call.action === "remove") {
    await client.deleteAlert(keyId, alertId);
    terminal.print(`Removed ${safeText(alertId)}.\n`);
    return 0;
  }
  const found = await client.listAlerts(keyId);
  if (call.action === "list" && call.flags.format === "json")
    terminal.print(`${JSON.stringify({ alerts: found })}\n`);
  else if (found.length === 0) terminal.print("The key has no alerts.\n");
  for (const alert of call.action === "list" && call.flags.format === "json" ? [] : found)
    terminal.print(lineOf(alert));
  return 0;
}

async function add(
  client: InventoryClient,
  keyId: string,
  wanted: CreateAlert,
  terminal: Terminal,
): Promise<ExitStatus> {
  const alert = await client.createAlert(keyId, wanted);
  terminal.print(lineOf(alert));
  if (alert.signingSecret !== undefined)
    terminal.print(`signing secret, shown this once: ${alert.signingSecret}\n`);
  return 0;
}

function readAlert({ moreThan, errors, outsideOf, per, webhook }: AddAlertFlags): CreateAlert {
  const isCount = moreThan !== undefined;
  if (isCount === outsideOf.length > 0)
    throw new CliError("CLI_USAGE", "Say when to alert: --more-than <n>, or --outside-of <range>.");
  if (!isCount && errors) throw new CliError("CLI_USAGE", "--errors counts with --more-than only.");
  const sent = webhook === undefined ? {} : { webhookUrl: webhook };
  return isCount
    ? { moreThan, of: errors ? "errors" : "requests", per, ...sent }
    : { outsideOf: [...outsideOf], per, ...sent };
}

function lineOf({ id, moreThan, of, outsideOf, per, webhookUrl, lastFiredAt }: Alert): string {
  const rule =
    outsideOf === null
      ? `more than ${moreThan ?? 0} ${(of ?? "requests").replaceAll("-", " ")} per ${per}`
      : `from outside ${outsideOf.join(", ")}, once per ${per}`;
  const fired = lastFiredAt === null ? "never fired" : `last fired ${lastFiredAt}`;
  const to = webhookUrl === null ? [] : [`to ${webhookUrl}`];
  return `${[id, rule, ...to, fired].map((part) => safeText(part)).join("  ")}\n`;
}
