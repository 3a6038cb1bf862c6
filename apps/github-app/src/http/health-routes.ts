import type { FastifyInstance } from "fastify";
import type { Readiness } from "../operate/readiness.ts";

/** Mounts what anyone may ask: whether the process lives, and whether it can work. Neither tells how much it found. */
export function mountHealth(server: FastifyInstance, readiness: () => Readiness): void {
  server.get("/healthz", async () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const failing = await readiness().failing();
    return failing.length === 0
      ? reply.send({ status: "ready" })
      : reply.status(503).send({ status: "not ready", failing });
  });
}
