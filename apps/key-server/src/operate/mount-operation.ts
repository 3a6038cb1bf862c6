import type { FastifyInstance } from "fastify";
import type { ServerContext } from "../server-context.ts";

export const operationPaths = ["/healthz", "/readyz", "/metrics"];

/**
 * Serves what machines watch, to everybody: that the process lives, whether it can do its work, and counts. None of them
 * tells of a key, a name or an address.
 */
export function mountOperation(
  app: FastifyInstance,
  { readiness, metrics }: Pick<ServerContext, "readiness" | "metrics">,
): void {
  // Lives, and no more: who restarts a server because its database is down makes it worse.
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const { isReady, ...parts } = await readiness();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not-ready", ...parts });
  });
  app.get("/metrics", async (_request, reply) => {
    const text = await metrics.render();
    return reply.header("content-type", metrics.contentType).send(text);
  });
}
