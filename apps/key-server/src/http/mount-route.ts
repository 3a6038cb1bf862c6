import { promisify } from "node:util";
import zlib from "node:zlib";
import { ownKeyHeader, sealToHeader } from "@keywarden/management";
import { rateLimitHeaders } from "@keywarden/verifier";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller } from "../auth/principal.ts";
import type { Outcome } from "../refusal.ts";
import type { Envelope } from "./envelope.ts";
import { sendRefusal } from "./envelope.ts";
import type { ServerContext } from "../server-context.ts";
import type { Answer, AdmittedCall } from "./route.ts";

const compress = promisify(zlib.gzip);
/** Shorter answers are in one packet anyway. */
const SHORT_ANSWER = 1400;

declare module "fastify" {
  interface FastifyRequest {
    /** Who was let in; null before, and on routes that let anybody in. */
    caller: Caller | null;
  }
}

export interface Mount {
  readonly method: string;
  readonly path: string;
  readonly envelope: Envelope;
  readonly bodyLimitBytes?: number | undefined;
  readonly isCompressed?: boolean | undefined;
  /** Of an answer that is text; JSON when absent. */
  readonly mediaType?: string | undefined;
  admit(request: FastifyRequest): Promise<Outcome<Caller>>;
  handle(call: AdmittedCall): Promise<Outcome<Answer>>;
}

/** Puts one route on the server. The sender is judged before the body is read, so strangers cost no parsing. */
export function mountRoute(app: FastifyInstance, context: ServerContext, mount: Mount): void {
  const { secretFormats } = context;

  app.route({
    method: mount.method,
    url: fastifyPath(mount.path),
    ...(mount.bodyLimitBytes !== undefined && { bodyLimit: mount.bodyLimitBytes }),
    onRequest: async (request, reply) => {
      const admitted = await mount.admit(request);
      if (!admitted.ok) return sendRefusal(reply, mount.envelope, admitted.refusal, secretFormats);
      request.caller = admitted.value;
      return undefined;
    },
    handler: async (request, reply) => {
      const { caller } = request;
      if (caller === null) throw new TypeError("a request reached its handler without being admitted");
      const outcome = await mount.handle({
        caller,
        path: request.url.split("?")[0] ?? "",
        params: request.params as Record<string, string>,
        query: request.query,
        body: request.body,
        ifMatch: request.headers["if-match"],
        idempotencyKey: header(request, "idempotency-key"),
        sealTo: header(request, sealToHeader),
        ownKey: header(request, ownKeyHeader),
      });
      if (!outcome.ok) return sendRefusal(reply, mount.envelope, outcome.refusal, secretFormats);
      const { status, body, headers } = outcome.value;
      const encode = async (text: string): Promise<string | Buffer> => {
        if (mount.isCompressed !== true) return text;
        void reply.header("vary", "accept-encoding");
        const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(
          header(request, "accept-encoding") ?? "",
        );
        if (!takesGzip || text.length < SHORT_ANSWER) return text;
        void reply.header("content-encoding", "gzip");
        return compress(text);
      };
      return reply
        .code(status)
        .headers({ ...rateLimitHeaders(caller.rateLimits), ...headers })
        .header("content-type", `${mount.mediaType ?? "application/json"}; charset=utf-8`)
        .send(await encode(mount.mediaType === undefined ? JSON.stringify(body) : String(body)));
    },
  });
}

function header({ headers }: FastifyRequest, name: string): string | undefined {
  return headers[name.toLowerCase()]?.toString();
}

/** Answers the methods that a path does not have with 405 and the ones that it has. */
export function mountOtherMethods(
  app: FastifyInstance,
  context: ServerContext,
  envelope: Envelope,
  routes: readonly { readonly method: string; readonly path: string }[],
): void {
  const { secretFormats } = context;
  // Grouped by what the router compares: two templates may differ in the names of their parameters only.
  for (const [path, group] of Map.groupBy(routes, (route) => fastifyPath(route.path))) {
    const allowed = group.map(({ method }) => method);
    app.route({
      method: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"].filter(
        (method) => !allowed.includes(method),
      ),
      url: path,
      onRequest: async (request, reply) => {
        void reply.header("allow", allowed.join(", "));
        const message = `${request.method} is not a method of this path; it has ${allowed.join(", ")}`;
        return sendRefusal(reply, envelope, { code: "METHOD_NOT_ALLOWED", message }, secretFormats);
      },
      handler: async () => undefined,
    });
  }
}

function fastifyPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
