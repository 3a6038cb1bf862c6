import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answerCall } from "./answer-call.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";
import { repositoryById } from "./repositories.ts";
import { refusal } from "./routes/route.ts";
import type { EmulatedAnswer, Route } from "./routes/route.ts";
import { actionsSecretRoutes } from "./routes/actions-secret-routes.ts";
import { appRoutes, installationRoutes } from "./routes/app-routes.ts";
import { checkRunRoutes } from "./routes/check-run-routes.ts";
import { deliveryRoutes } from "./routes/delivery-routes.ts";
import { issueRoutes } from "./routes/issue-routes.ts";
import { repositoryRoutes } from "./routes/repository-routes.ts";
import type { EmulatorState } from "./state.ts";

const routes: readonly Route[] = [
  ...appRoutes,
  ...installationRoutes,
  ...deliveryRoutes,
  ...repositoryRoutes,
  ...checkRunRoutes,
  ...issueRoutes,
  ...actionsSecretRoutes,
];

/** Serves the REST routes; a request for any other one is a violation. */
export function registerRest(server: FastifyInstance, state: EmulatorState): void {
  for (const { route, path } of routes.flatMap(withAddressById)) {
    server.route({
      method: route.method,
      url: path.replace(/\/\{ref\}$/u, "/*").replace(/\{(\w+)\}/gu, ":$1"),
      handler: async (request, reply) => {
        const answer = await answerCall(state, route, {
          authorization: request.headers.authorization,
          userAgent: request.headers["user-agent"],
          params: namedParams(state, paramsOf(request)),
          query: queryOf(request),
          bodyText: Buffer.isBuffer(request.body) ? request.body.toString() : "",
        });
        if (answer !== null) return send(reply, state, answer);
        reply.hijack();
        request.raw.destroy();
        return reply;
      },
    });
  }
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof GitHubEmulatorError) {
      const status = error.code === "EMULATOR_NOT_FOUND" ? 404 : 400;
      return reply.code(status).send({ message: error.message, code: error.code });
    }
    state.violations.push(`${request.method} ${request.url}: the emulator failed: ${String(error)}`);
    return send(reply, state, refusal(500, "Server Error"));
  });
  server.setNotFoundHandler((request, reply) => {
    state.violations.push(
      `${request.method} ${request.url.split("?")[0] ?? ""}: not a route that the emulator plays`,
    );
    return send(reply, state, refusal(404, "Not Found"));
  });
}

function send(
  reply: FastifyReply,
  state: EmulatorState,
  { status, body, headers }: EmulatedAnswer,
): FastifyReply {
  return reply
    .code(status)
    .headers({
      ...(body !== undefined && { "content-type": "application/json; charset=utf-8" }),
      date: new Date(state.clock()).toUTCString(),
      server: "github.com",
      "x-github-media-type": "github.v3; format=json",
      "x-github-request-id": randomUUID().toUpperCase(),
      ...headers,
    })
    .send(body === undefined ? undefined : JSON.stringify(body));
}

const byName = "/repos/{owner}/{repo}";

// GitHub answers to a repository's id wherever it answers to its name, and sends on there what a former name asks.
function withAddressById(route: Route): readonly { readonly route: Route; readonly path: string }[] {
  return route.path.startsWith(byName)
    ? [
        { route, path: route.path },
        { route, path: route.path.replace(byName, "/repositories/{repository_id}") },
      ]
    : [{ route, path: route.path }];
}

function namedParams(
  state: EmulatorState,
  { repository_id: id, ...params }: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (id === undefined) return params;
  const facts = repositoryById(state, Number(id))?.facts;
  return { ...params, owner: facts?.owner ?? "unknown", repo: facts?.name ?? "unknown" };
}

function paramsOf({ params }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params as Record<string, string>).map(([name, value]) => [
      name === "*" ? "ref" : name,
      value,
    ]),
  );
}

function queryOf({ url }: FastifyRequest): Record<string, string> {
  const mark = url.indexOf("?");
  return mark < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark + 1)));
}
