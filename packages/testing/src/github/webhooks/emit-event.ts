import { randomUUID } from "node:crypto";
import { checkPayload } from "../contract/contract.ts";
import type { EmulatorState } from "../state.ts";
import { sendDisturbed } from "./disturb.ts";

/** GitHub drops an event whose payload is larger. */
const largestPayloadBytes = 25 * 1024 * 1024;

/** Sends an event to the app, once, and logs how it went; without a webhook URL there is no event. */
export async function emitEvent(
  state: EmulatorState,
  event: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (state.webhookUrl === null) return;
  for (const { part, message } of checkPayload(event, payload) ?? []) {
    state.violations.push(`webhook ${event}: ${part} ${message}`);
  }
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) > largestPayloadBytes) return;
  await sendDisturbed(state, {
    guid: randomUUID(),
    event,
    redelivery: false,
    installationId: idWithin(payload["installation"]),
    repositoryId: idWithin(payload["repository"]),
    payload: text,
  });
}

function idWithin(value: unknown): number | null {
  if (typeof value !== "object" || value === null || !("id" in value)) return null;
  return typeof value.id === "number" ? value.id : null;
}
