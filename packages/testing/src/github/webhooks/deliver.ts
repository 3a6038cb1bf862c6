import { createHmac, randomUUID } from "node:crypto";
import { checkPayload } from "../contract/contract.ts";
import type { EmulatedDelivery } from "../emulator-contract.ts";
import type { EmulatorState } from "../state.ts";

/** GitHub drops an event whose payload is larger. */
const largestPayloadBytes = 25 * 1024 * 1024;

export interface Outgoing {
  readonly guid: string;
  readonly event: string;
  readonly redelivery: boolean;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  /** The exact text to sign and send. */
  readonly payload: string;
}

type Outcome = Pick<EmulatedDelivery, "statusCode" | "status" | "responseHeaders" | "responseBody">;

/** The value of `X-Hub-Signature-256` for a body. */
export function signPayload(secret: string, body: string | Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

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
  await deliver(state, {
    guid: randomUUID(),
    event,
    redelivery: false,
    installationId: idWithin(payload["installation"]),
    repositoryId: idWithin(payload["repository"]),
    payload: text,
  });
}

/** Makes one attempt; GitHub never repeats a failed one by itself. */
export async function deliver(state: EmulatorState, outgoing: Outgoing): Promise<void> {
  const url = state.webhookUrl;
  if (url === null) return;
  const id = state.nextId();
  const requestHeaders = headersOf(state, outgoing);
  const deliveredAtMs = state.clock();
  const startedMs = performance.now();
  const outcome = await attempt(state, url, requestHeaders, outgoing.payload);
  const { action } = JSON.parse(outgoing.payload) as { readonly action?: string };
  state.deliveries.push({
    ...outgoing,
    id,
    url,
    action: action ?? null,
    deliveredAtMs,
    durationMs: performance.now() - startedMs,
    requestHeaders,
    ...outcome,
  });
}

function headersOf(state: EmulatorState, { guid, event, payload }: Outgoing): Record<string, string> {
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/e31a0f8",
    "X-GitHub-Delivery": guid,
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": String(state.app.hookId),
    "X-GitHub-Hook-Installation-Target-ID": String(state.app.id),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature-256": signPayload(state.webhookSecret, payload),
  };
}

async function attempt(
  state: EmulatorState,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(state.deliveryTimeoutMs);
  const signal = AbortSignal.any([timeout, state.closing.signal]);
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    return {
      statusCode: response.status,
      status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody: await response.text(),
    };
  } catch {
    return timeout.aborted
      ? { statusCode: 504, status: "timed out", responseHeaders: {}, responseBody: "" }
      : { statusCode: 502, status: "failed to connect to host", responseHeaders: {}, responseBody: "" };
  }
}

function idWithin(value: unknown): number | null {
  if (typeof value !== "object" || value === null || !("id" in value)) return null;
  return typeof value.id === "number" ? value.id : null;
}
