import type { FastifyInstance } from "fastify";
import { admit } from "../http/admit.ts";
import { dialectEnvelope } from "../http/envelope.ts";
import { handleErrors } from "../http/handle-errors.ts";
import { mountOtherMethods, mountRoute } from "../http/mount-route.ts";
import type { ProviderRoute } from "../http/route.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import { createRoute } from "./create.ts";
import { listRoute } from "./list.ts";
import { lookUpRoute } from "./look-up.ts";
import { monitoringRoutes } from "./monitoring.ts";
import { revokeRoute } from "./revoke.ts";
import { rotateRoute } from "./rotate.ts";
import { showRoute } from "./show.ts";
import { admitToSample, answerSample } from "./sample.ts";

const routes: readonly ProviderRoute[] = [
  createRoute,
  listRoute,
  showRoute,
  rotateRoute,
  revokeRoute,
  lookUpRoute,
];

/** Mounts one provider's documented API; everything that differs between providers is in its dialect. */
export function mountProvider(app: FastifyInstance, context: ServerContext, provider: MountedProvider): void {
  const { dialect } = provider;
  const envelope = dialectEnvelope(dialect);
  handleErrors(app, context, envelope);

  for (const route of routes) {
    const { method, path } = dialect.operations[route.operation];
    mountRoute(app, context, {
      method,
      path,
      envelope,
      admit: (request) => admit(context, request, { right: route.right, provider, keepsLimits: true }),
      handle: (call) => route.handle(context, provider, call),
    });
  }
  const monitoring = monitoringRoutes(dialect);
  for (const { route, right, keepsLimits = false, ...handler } of monitoring) {
    mountRoute(app, context, {
      method: route.method,
      path: route.path,
      envelope,
      admit: (request) =>
        admit(context, request, { right, provider, permission: route.permission, keepsLimits }),
      handle: (call) => handler.handle(context, provider, call),
    });
  }
  for (const sample of dialect.samples) {
    mountRoute(app, context, {
      method: sample.method,
      path: sample.path,
      envelope,
      admit: (request) => admitToSample(context, provider, sample, request),
      handle: async (call) => answerSample(context, sample, call),
    });
  }
  mountOtherMethods(app, context, envelope, [
    ...Object.values(dialect.operations),
    ...monitoring.map(({ route }) => route),
    ...dialect.samples,
  ]);
}
