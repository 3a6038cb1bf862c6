import type { FastifyInstance } from "fastify";
import type { Log } from "../log.ts";
import type { Metrics } from "../operate/metrics.ts";
import type { OperateContext } from "../operate/operate-context.ts";
import { admitOperator } from "./api-routes.ts";
import { sendProblem } from "./problem.ts";

/** Mounts the metrics, for holders of a token: how many keys leaked is nobody else's business. */
export function mountMetrics(
  server: FastifyInstance,
  storage: OperateContext["storage"],
  metrics: Metrics,
  log: Log,
): void {
  server.setErrorHandler(async (error, _request, reply) => sendProblem(reply, error, log));
  server.get("/metrics", async (request, reply) => {
    await admitOperator({ storage }, request, "read");
    const { contentType, text } = await metrics.render();
    return reply.header("content-type", contentType).send(text);
  });
}
