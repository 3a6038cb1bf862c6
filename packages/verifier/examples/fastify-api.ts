import type { Verifier, VerifiableKey } from "@keywarden/verifier";
import { verifierPlugin } from "@keywarden/verifier/fastify";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";

/** An API on Fastify whose routes in one part of the server need a key. */
export function makeFastifyApi(verifier: Verifier<VerifiableKey>): FastifyInstance {
  const keys = new WeakMap<FastifyRequest, VerifiableKey>();
  const api = Fastify();
  api.get("/health", async () => "up");
  void api.register(async (part) => {
    await part.register(verifierPlugin<VerifiableKey>, {
      verifier,
      needs: () => ({ permission: "invoices:read" }),
      onAllowed: (key, request) => void keys.set(request, key),
    });
    part.get("/v1/invoices", (request, reply) => reply.send({ for: keys.get(request)?.id }));
  });
  return api;
}
