import type { FastifyInstance } from "fastify";
import type { ServerContext } from "../server-context.ts";
import { sendRefusal, type Envelope } from "./envelope.ts";
import { refusalFromError } from "./fastify-failure.ts";

// Whoever asks cannot see the reason, and whoever runs the server needs it once, not with each request.
const UNAVAILABLE_LOGGED_EVERY_MS = 1000;

/** Gives one part of the server its envelope for errors and unknown paths; inner text never leaves the process. */
export function handleErrors(app: FastifyInstance, context: ServerContext, envelope: Envelope): void {
  const { secretFormats } = context;
  let loggedAtMs = -Infinity;

  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalFromError(error);
    if (refusal === null) request.log.error({ err: error }, "request failed");
    else if (
      refusal.code === "UNAVAILABLE" &&
      performance.now() - loggedAtMs >= UNAVAILABLE_LOGGED_EVERY_MS
    ) {
      loggedAtMs = performance.now();
      request.log.warn({ err: error }, "the storage cannot be used");
    }
    const message = `the server failed; its log has the reason under request ${request.id}`;
    return sendRefusal(reply, envelope, refusal ?? { code: "INTERNAL", message }, secretFormats);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const message = `there is no route ${request.method} ${path.slice(0, 200)}; GET /docs shows those that there are`;
    return sendRefusal(reply, envelope, { code: "ROUTE_NOT_FOUND", message }, secretFormats);
  });
}
