import { createHash } from "node:crypto";
import type { ProviderProfile, Secret } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { AcceptResult, ExposureStorage } from "@keywarden/storage";
import type { Log } from "../log.ts";
import { acceptEvent } from "../inputs/accept-event.ts";
import { inputs } from "../inputs/inputs.ts";
import { verifySignature } from "./signature.ts";

export interface Receiver {
  readonly storage: Pick<ExposureStorage, "transaction" | "now">;
  /** Of the repositories. */
  readonly host: string;
  readonly secrets: readonly Secret[];
  readonly appId: number;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly log: Log;
}

export interface WebhookRequest {
  readonly body: Uint8Array;
  readonly signature: string;
  readonly delivery: string | undefined;
  readonly event: string | undefined;
  readonly targetId: string | undefined;
}

export interface WebhookAnswer {
  readonly status: 202 | 400 | 401 | 403;
  readonly message: string;
}

// GitHub sends GUIDs; anything else would end up in file names, logs and ids.
const deliveryForm = /^[A-Za-z0-9-]{8,64}$/u;

/** Checks a delivery, stores it with its job in one transaction, and only then accepts it. */
export async function receive(
  receiver: Receiver,
  request: WebhookRequest,
  onGenuine: () => void,
): Promise<WebhookAnswer> {
  const { storage, host, secrets, appId, scanner, providers, log } = receiver;
  const { body, delivery, event } = request;
  // The body is not looked at before the signature is, and the answer tells a stranger nothing.
  if (!verifySignature(body, request.signature, secrets)) return { status: 401, message: "unauthorised" };
  onGenuine();
  if (delivery === undefined || !deliveryForm.test(delivery) || event === undefined) {
    return { status: 400, message: "X-GitHub-Delivery and X-GitHub-Event are needed" };
  }
  // No part of the signature, so no proof: it catches a webhook that was pointed at the wrong app.
  if (request.targetId !== undefined && request.targetId !== String(appId)) {
    log("warn", `refused a delivery for another app; this one is ${appId}`, { delivery });
    return { status: 403, message: `this delivery is for another app than ${appId}` };
  }
  if (event === "ping") return { status: 202, message: "pong" };
  const payload = inputs.has(event) ? parseJson(body) : null;
  if (payload === undefined) return { status: 400, message: "the body is not JSON" };
  const payloadSha256 = createHash("sha256").update(body).digest("hex");
  const context = { host, appId, scanner, providers, delivery, receivedAtMs: storage.now() };
  const accepted = await acceptEvent(
    storage,
    { ...context, source: "push" },
    { name: event, payload, payloadSha256 },
  );
  if (accepted.outcome === "ignored") return { status: 202, message: accepted.why };
  if (accepted.outcome === "malformed") {
    const fields = accepted.fields.join(", ");
    log("warn", `refused a ${event} with an invalid payload`, { delivery, fields });
    return { status: 400, message: `the ${event} lacks or misuses these fields: ${fields}` };
  }
  log("info", `${event} ${said[accepted.outcome]}`, { delivery, ...accepted.about });
  return { status: 202, message: accepted.outcome };
}

const said: Readonly<Record<AcceptResult["outcome"], string>> = {
  accepted: "received",
  coalesced: "received; its objects are already being scanned",
  duplicate: "received again; nothing is done twice",
  redriven: "received again; its scan had been given up and is retried",
};

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8")) as unknown;
  } catch {
    // A signed body that is not JSON is the sender's mistake, and the caller says so.
    return undefined;
  }
}
