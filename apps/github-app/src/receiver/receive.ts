import { createHash } from "node:crypto";
import type { ProviderProfile, Secret } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { AcceptResult, ExposureStorage } from "@keywarden/storage";
import type { Log } from "../log.ts";
import { recordPush } from "./record-push.ts";
import { readPushEvent } from "./push-event.ts";
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
  const { storage, secrets, appId, scanner, providers, log } = receiver;
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
  if (event !== "push") return { status: 202, message: "this event is not one that keywarden acts on" };

  const payload = parseJson(body);
  if (payload === undefined) return { status: 400, message: "the body is not JSON" };
  const reading = readPushEvent(payload, { delivery, receivedAtMs: storage.now(), scanner, providers });
  if (reading.outcome === "ignored") return { status: 202, message: reading.why };
  if (reading.outcome === "malformed") {
    log("warn", "refused a push with an invalid payload", {
      delivery,
      fields: reading.fields.join(", "),
    });
    return { status: 400, message: `the push lacks or misuses these fields: ${reading.fields.join(", ")}` };
  }
  const payloadSha256 = createHash("sha256").update(body).digest("hex");
  const { observation, fact, job } = reading;
  const accepted = await storage.transaction(async (stores) => {
    await recordPush(stores, receiver.host, observation, fact);
    return stores.deliveries.accept({ guid: delivery, event, payloadSha256 }, job);
  });
  const { owner, name } = observation.repository;
  log("info", said[accepted.outcome], { delivery, repository: `${owner}/${name}`, ref: observation.ref });
  return { status: 202, message: accepted.outcome };
}

const said: Readonly<Record<AcceptResult["outcome"], string>> = {
  accepted: "push received",
  coalesced: "push received; its objects are already being scanned",
  duplicate: "push received again; nothing is done twice",
  redriven: "push received again; its scan had been given up and is retried",
};

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8")) as unknown;
  } catch {
    // A signed body that is not JSON is the sender's mistake, and the caller says so.
    return undefined;
  }
}
