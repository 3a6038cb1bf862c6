import { createHmac } from "node:crypto";
import type { EmulatedDelivery } from "../emulator-contract.ts";
import type { EmulatorState } from "../state.ts";
import type { Outgoing } from "./outgoing.ts";

type Outcome = Pick<EmulatedDelivery, "statusCode" | "status" | "responseHeaders" | "responseBody">;

/** The value of `X-Hub-Signature-256` for a body. */
export function signPayload(secret: string, body: string | Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Makes one attempt; GitHub never repeats a failed one by itself. */
export async function attemptDelivery(state: EmulatorState, outgoing: Outgoing): Promise<void> {
  const url = state.webhookUrl;
  if (url === null) return;
  const deliveredAtMs = state.clock();
  const startedMs = performance.now();
  const outcome = await attempt(state, url, headersOf(state, outgoing), outgoing.payload);
  log(state, outgoing, outcome, { url, deliveredAtMs, durationMs: performance.now() - startedMs });
}

const unreached: Outcome = {
  statusCode: 502,
  status: "failed to connect to host",
  responseHeaders: {},
  responseBody: "",
};

/** Logs an attempt that found nobody, without making it. */
export function logUnreached(state: EmulatorState, outgoing: Outgoing): void {
  const { webhookUrl: url } = state;
  if (url !== null) log(state, outgoing, unreached, { url, deliveredAtMs: state.clock(), durationMs: 0 });
}

function log(
  state: EmulatorState,
  outgoing: Outgoing,
  outcome: Outcome,
  attempted: Pick<EmulatedDelivery, "url" | "deliveredAtMs" | "durationMs">,
): void {
  const { action } = JSON.parse(outgoing.payload) as { readonly action?: string };
  state.deliveries.push({
    ...outgoing,
    ...attempted,
    ...outcome,
    id: state.nextId(),
    action: action ?? null,
    requestHeaders: headersOf(state, outgoing),
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
      : unreached;
  }
}
