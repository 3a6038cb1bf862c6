import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Verifier } from "./create-verifier.ts";
import { problemAnswer } from "./problem-answer.ts";
import { readNodeRequest } from "./read-node-request.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { Denied, VerifiableKey, VerifyRequest } from "./verdict.ts";

export interface VerifierPluginOptions<Key extends VerifiableKey> {
  readonly verifier: Verifier<Key>;
  /** What a request needs beside a live key: a permission, kinds of key, a tenant … */
  readonly needs?: (request: FastifyRequest) => Partial<VerifyRequest>;
  readonly onAllowed?: (key: Key, request: FastifyRequest) => void;
  /** Gets the reason, which the sender does not. */
  readonly onDenied?: (denied: Denied<Key>, request: FastifyRequest) => void;
}

/**
 * Guards every route of the part of the server that it is registered in, before bodies are read. The address is
 * Fastify's `request.ip`: name your proxies in its `trustProxy`, or every client has the proxy's address.
 */
export async function verifierPlugin<Key extends VerifiableKey>(
  app: FastifyInstance,
  { verifier, needs, onAllowed, onDenied }: VerifierPluginOptions<Key>,
): Promise<void> {
  app.addHook("onRequest", async (request, reply) => {
    const verdict = await verifier.verify({ ...readNodeRequest(request), ...needs?.(request) });
    if (!verdict.ok) {
      onDenied?.(verdict, request);
      return refuse(reply, verdict);
    }
    void reply.headers(rateLimitHeaders(verdict.rateLimits));
    onAllowed?.(verdict.key, request);
    return undefined;
  });
}
// Fastify would otherwise keep the hook from the routes beside the plugin.
Object.assign(verifierPlugin, { [Symbol.for("skip-override")]: true });

function refuse(reply: FastifyReply, denied: Denied<VerifiableKey>): FastifyReply {
  const { status, headers, body } = problemAnswer(denied);
  return reply.code(status).headers(headers).send(body);
}
