import type { FastifyReply } from "fastify";

/** What every answer carries, whatever answers. */
export function setCommonHeaders(reply: FastifyReply, requestId: string): void {
  void reply.header("cache-control", "no-store").header("x-request-id", requestId);
  void reply.header("x-content-type-options", "nosniff");
}
