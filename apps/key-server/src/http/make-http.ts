import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import type { FoundExposure } from "@keywarden/inventory";
import { makeAddressList } from "@keywarden/verifier";
import Fastify, { errorCodes, LogController, type FastifyInstance } from "fastify";
import type { LogLevel } from "../options.ts";
import type { Embedding } from "../console/embed/mount-embed.ts";
import { mountOperator } from "../operator/mount-operator.ts";
import { mountProvider } from "../provider/mount-provider.ts";
import type { RotationService } from "../rotation-service/rotation-service.ts";
import type { ServerContext } from "../server-context.ts";
import { makeVerifyFirst } from "../verify/verify-first.ts";
import type { makeListener } from "./answer-first.ts";
import { setCommonHeaders } from "./headers.ts";
import { loggerOptions } from "./logger.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";
import { readUtf8, requireReadableAddress, type UnreadableText } from "./require-utf8.ts";

interface HttpOptions {
  readonly trustedProxies?: readonly string[];
  readonly hasConsole?: boolean;
  readonly log: { readonly level: LogLevel; readonly stream: Writable };
  readonly listener: ReturnType<typeof makeListener>;
  readonly readExposures: (() => Promise<readonly FoundExposure[]>) | undefined;
  readonly embedding: () => Embedding | null;
  readonly rotationService: RotationService | null;
  readonly closing: AbortController;
  readonly flush: () => Promise<void>;
}

/** Makes what answers requests: every route of the providers that the context has now. It listens nowhere yet. */
export async function makeHttp(
  context: ServerContext,
  options: HttpOptions,
): Promise<{ readonly http: FastifyInstance; readonly begin: () => void }> {
  const { metrics } = context;
  const proxies = makeAddressList(options.trustedProxies ?? []);
  const verifyFirst = makeVerifyFirst(context);
  // What is answered before the framework sees it is in no log of requests, so with one nothing is.
  const logsRequests = options.log.level === "info" || options.log.level === "debug";
  const answering = options.listener(logsRequests ? null : verifyFirst.answerFirst);
  const http: FastifyInstance = Fastify({
    serverFactory: answering.serverFactory,
    trustProxy: (address) => proxies.has(address),
    logger: loggerOptions(options.log.level, options.log.stream, context.secretFormats),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => refuseUnreadable(error, request, reply, context),
  });

  http.decorateRequest("caller", null);
  http.removeAllContentTypeParsers();
  const parseJson = http.getDefaultJsonParser("error", "error");
  http.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, ready) => {
    // Clients commonly name a content type on requests without a body, such as DELETE.
    if (body.length === 0) return ready(null, undefined);
    try {
      return void parseJson(request, readUtf8(body as Buffer), ready);
    } catch (error) {
      return ready(error as UnreadableText);
    }
  });

  // `curl -X POST -d ""` names the type of a form that it does not send.
  http.addContentTypeParser("*", { parseAs: "string" }, (request, body, ready) => {
    if (body === "") ready(null, undefined);
    else ready(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers["content-type"]));
  });

  // With callbacks, since every request goes through both and a promise each would be what they cost.
  http.addHook("onSend", (request, reply, _payload, done) => {
    setCommonHeaders(reply, request.id);
    done();
  });
  http.addHook("onResponse", (request, reply, done) => {
    const elapsedMs = Math.round(reply.elapsedTime * 100) / 100;
    request.log.info({ req: request, res: reply, ip: request.ip, elapsedMs }, "request");
    metrics.answered({
      route: request.routeOptions.url ?? "none",
      method: request.method,
      status: reply.statusCode,
      elapsedMs,
    });
    done();
  });
  verifyFirst.mount(http);
  requireReadableAddress(http);
  http.addHook("preClose", async () => options.closing.abort());
  http.addHook("onClose", () => options.flush());

  mountOperator(http, context);
  if (options.hasConsole !== false) {
    const { mountConsole } = await import("../console/mount-console.ts");
    await http.register(async (scope) => mountConsole(scope, context, options));
  }
  for (const provider of context.providers.values()) {
    await http.register(async (scope) => mountProvider(scope, context, provider), {
      prefix: `/${provider.profile.id}`,
    });
  }
  return { http, begin: answering.begin };
}
