import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Verifier } from "./create-verifier.ts";
import { publicAnswer } from "./public-answer.ts";
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
    const verdict = await verifier.verify({ ...readRequest(request), ...needs?.(request) });
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

function readRequest(request: FastifyRequest): VerifyRequest {
  const { authorization, referer, origin } = request.headers;
  return {
    text: /^bearer +([^\s,]+) *$/i.exec(authorization ?? "")?.[1] ?? null,
    ip: request.ip,
    referrer: referer ?? origin ?? null,
    method: request.method,
    path: request.url,
  };
}

function refuse(reply: FastifyReply, denied: Denied<VerifiableKey>): FastifyReply {
  const { status, code, message, headers } = publicAnswer(denied);
  const error =
    code === "UNAUTHENTICATED" ? "" : `, error="${status === 401 ? "invalid_token" : "insufficient_scope"}"`;
  if (status !== 429) void reply.header("www-authenticate", `Bearer realm="api"${error}`);
  return reply
    .code(status)
    .headers(headers)
    .header("content-type", "application/problem+json")
    .send(JSON.stringify({ type: "about:blank", title: titles[status], status, code, detail: message }));
}

const titles = { 401: "Unauthorized", 403: "Forbidden", 429: "Too Many Requests" } as const;
