import fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { receive } from "./receive.ts";
import type { Receiver } from "./receive.ts";
import { isSignature } from "./signature.ts";

export interface Health {
  readonly status: "ok";
  readonly mode: string;
  readonly killSwitch: boolean;
  readonly jobs: Readonly<Record<string, number>>;
  readonly exposures: Readonly<Record<string, number>>;
}

export interface ServerOptions {
  readonly receiver: Receiver;
  readonly health: () => Promise<Health>;
}

/** The largest payload that GitHub sends. */
export const bodyLimitBytes = 25 * 1024 * 1024;

// Bodies are held in memory while their signature is checked, which bounds what strangers can make it hold.
const bodiesAtOnce = 16;
const path = "/webhooks/github";

/** Makes the HTTP side: the webhook receiver and the health page. It logs nothing, least of all a request. */
export function makeServer({ receiver, health }: ServerOptions): FastifyInstance {
  const server = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    forceCloseConnections: true,
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );

  server.setErrorHandler(async (error: { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
      return reply.status(415).send({
        message: "send webhooks as application/json: choose it as content type in the app's webhook settings",
      });
    }
    if (status === 413)
      return reply.status(413).send({ message: "the payload exceeds GitHub's maximum of 25 MiB" });
    if (status < 500) return reply.status(status).send({ message: "the request cannot be read" });
    receiver.log("error", "a request failed", { code: error.code ?? "unknown" });
    return reply.status(500).send({ message: "internal error" });
  });
  server.setNotFoundHandler(async (_request, reply) =>
    reply.status(404).send({ message: `webhooks are received at POST ${path}, health is at GET /healthz` }),
  );

  server.get("/healthz", async () => health());
  let reading = 0;
  server.post(path, {
    onRequest: async (request, reply) => {
      if (!isSignature(request.headers["x-hub-signature-256"])) {
        // The rest of the body is not read, so the connection cannot be used again.
        return reply.status(401).header("connection", "close").send({ message: "unauthorised" });
      }
      if (reading >= bodiesAtOnce) {
        return reply
          .status(503)
          .header("retry-after", "1")
          .header("connection", "close")
          .send({ message: "busy" });
      }
      reading += 1;
      let isOpen = true;
      const leave = () => {
        if (isOpen) reading -= 1;
        isOpen = false;
      };
      reply.raw.once("close", leave);
      return undefined;
    },
    handler: async (request, reply) => answer(receiver, request, reply),
  });
  return server;
}

async function answer(
  receiver: Receiver,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const { status, message } = await receive(receiver, {
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    signature: header("x-hub-signature-256") ?? "",
    delivery: header("x-github-delivery"),
    event: header("x-github-event"),
    targetId: header("x-github-hook-installation-target-id"),
  });
  return reply.status(status).send({ message });
}
