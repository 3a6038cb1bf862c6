import fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Log } from "../log.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Admission, Slot } from "./admission.ts";
import { readBody } from "./read-body.ts";
import type { ReadBody } from "./read-body.ts";
import { receive } from "./receive.ts";
import type { Receiver, WebhookAnswer } from "./receive.ts";
import { isSignature } from "./signature.ts";

/** Why a request to the webhook was refused, or a signed one was taken. */
export type Reception =
  | { readonly outcome: "refused"; readonly why: "unsigned" | "forged" | "slow" | "crowded" | "too-large" }
  | { readonly outcome: "answered"; readonly event: string; readonly status: number };

export interface ServerOptions {
  /** Asked for at each delivery: secrets and providers change while the App runs. */
  readonly receiver: () => Receiver;
  readonly admission: Admission;
  readonly scheduler: Scheduler;
  readonly log: Log;
  /** Told of every request to the webhook. */
  readonly onReception: (reception: Reception) => void;
  /** The other routes: health, metrics and the API. */
  readonly mounts: readonly ((server: FastifyInstance) => void)[];
}

/** The largest payload that GitHub sends. */
export const bodyLimitBytes = 25 * 1024 * 1024;

const webhookPath = "/webhooks/github";

const expelEveryMs = 500;

/** Makes the HTTP side: the webhook receiver and what is mounted beside it. It logs nothing, least of all a request. */
export function makeServer(options: ServerOptions): FastifyInstance {
  const { receiver, log, mounts } = options;
  const server = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    forceCloseConnections: true,
    // Without headers nothing is known of a connection, so it may not be kept for long.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
  });
  server.removeAllContentTypeParsers();
  server.setErrorHandler(async (error: { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
      return reply.status(415).send({
        message: "send webhooks as application/json: choose it as content type in the app's webhook settings",
      });
    }
    if (status === 413) return refuseAsTooLarge(options, reply);
    if (status < 500) return reply.status(status).send({ message: "the request cannot be read" });
    log("error", "a request failed", { code: error.code ?? "unknown" });
    return reply.status(500).send({ message: "internal error" });
  });
  server.setNotFoundHandler(async (_request, reply) =>
    reply
      .status(404)
      .send({ message: `webhooks are received at POST ${webhookPath}, health is at GET /healthz` }),
  );
  void server.register(async (scope) => {
    mountWebhook(scope, options, receiver);
  });
  for (const mount of mounts)
    void server.register(async (scope) => {
      mount(scope);
    });
  return server;
}

function mountWebhook(server: FastifyInstance, options: ServerOptions, receiver: () => Receiver): void {
  const { admission, onReception } = options;
  const slots = new WeakMap<FastifyRequest, Slot>();
  const startExpelling = makeExpelling(options);

  // The body is read here and not by the parser, so that every part of it can be counted.
  server.addContentTypeParser("application/json", (_request, body, done) => done(null, body));
  server.post(webhookPath, {
    onRequest: async (request, reply) => {
      if (isSignature(request.headers["x-hub-signature-256"])) return undefined;
      onReception({ outcome: "refused", why: "unsigned" });
      // The rest of the body is not read, so the connection cannot be used again.
      return reply.status(401).header("connection", "close").send({ message: "unauthorised" });
    },
    preHandler: async (request, reply) => {
      if (Number(request.headers["content-length"] ?? 0) > bodyLimitBytes)
        return refuseAsTooLarge(options, reply);
      const slot = admission.enter(request.ip, (why) => {
        onReception({ outcome: "refused", why });
        turnAway(reply, why === "slow" ? 408 : 503);
      });
      slots.set(request, slot);
      reply.raw.once("close", () => slot.leave());
      startExpelling();
      return undefined;
    },
    handler: async (request, reply) => {
      const slot = slots.get(request);
      const body = await bodyOf(request, (bytes) => slot?.received(bytes));
      if (body.outcome === "too-large") return refuseAsTooLarge(options, reply);
      // Turned away, or the sender went: there is nobody to answer.
      if (body.outcome === "cut-off" || reply.raw.headersSent) return reply.hijack();
      const header = (name: string): string | undefined => {
        const value = request.headers[name];
        return typeof value === "string" ? value : undefined;
      };
      const event = header("x-github-event");
      const answer = await receive(
        receiver(),
        {
          body: body.bytes,
          signature: header("x-hub-signature-256") ?? "",
          delivery: header("x-github-delivery"),
          event,
          targetId: header("x-github-hook-installation-target-id"),
        },
        () => slot?.vouch(),
      );
      onReception(receptionOf(answer, event));
      return reply.status(answer.status).send({ message: answer.message });
    },
  });
}

function receptionOf({ status }: WebhookAnswer, event: string | undefined): Reception {
  return status === 401
    ? { outcome: "refused", why: "forged" }
    : { outcome: "answered", event: event ?? "none", status };
}

async function bodyOf(request: FastifyRequest, onPart: (bytes: number) => void): Promise<ReadBody> {
  // A request without a body has no content type either.
  if (request.body !== request.raw) return { outcome: "whole", bytes: Buffer.alloc(0) };
  return readBody(request.raw, bodyLimitBytes, onPart);
}

function refuseAsTooLarge({ onReception }: ServerOptions, reply: FastifyReply): FastifyReply {
  onReception({ outcome: "refused", why: "too-large" });
  return reply
    .status(413)
    .header("connection", "close")
    .send({ message: "the payload exceeds GitHub's maximum of 25 MiB" });
}

/** Answers in the middle of a body, and ends the connection on which the rest would come. */
function turnAway({ raw }: FastifyReply, status: 408 | 503): void {
  if (raw.headersSent || raw.destroyed) return;
  raw.writeHead(status, { connection: "close", "retry-after": "1", "content-length": "0" });
  raw.end(() => raw.socket?.destroy());
}

/** Looks for slow bodies for as long as there is any body. */
function makeExpelling({ admission, scheduler }: ServerOptions): () => void {
  let isRunning = false;
  const tick = (): void => {
    admission.expelSlow();
    isRunning = admission.open() > 0;
    if (isRunning) scheduler.after(expelEveryMs, tick);
  };
  return () => {
    if (isRunning) return;
    isRunning = true;
    scheduler.after(expelEveryMs, tick);
  };
}
