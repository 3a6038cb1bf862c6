import type { Dialect } from "@keywarden/management";
import manifest from "../../package.json" with { type: "json" };
import type { OperatorRoute } from "../http/route.ts";
import type { MountedProvider } from "../server-context.ts";
import { describeOperatorRoute, operatorTag } from "./describe-operator.ts";
import { monitoringRoutes } from "../provider/monitoring.ts";
import { describeMonitoring, describeOperation, describeSample } from "./describe-provider.ts";
import type { OpenApiDocument, OpenApiOperation } from "./open-api.ts";

/** Describes every route of the server from the schemas and dialects that it is served with. */
export function makeDocument(
  operatorRoutes: readonly OperatorRoute[],
  providers: Iterable<MountedProvider>,
): OpenApiDocument {
  const mounted = [...providers];
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const add = (method: string, path: string, operation: OpenApiOperation): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const route of operatorRoutes) add(route.method, route.path, describeOperatorRoute(route));
  for (const provider of mounted) {
    const { profile, dialect } = provider;
    for (const name of Object.keys(dialect.operations) as (keyof Dialect["operations"])[]) {
      const { method, path } = dialect.operations[name];
      add(method, `/${profile.id}${path}`, describeOperation(provider, name));
    }
    for (const { name, route, query } of monitoringRoutes(dialect))
      add(route.method, `/${profile.id}${route.path}`, describeMonitoring(provider, name, route, query));
    for (const sample of dialect.samples) {
      add(sample.method, `/${profile.id}${sample.path}`, describeSample(provider, sample));
    }
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "keywarden-server",
      version: manifest.version,
      description:
        "The management API of each provider as its own document says, and the operator API over the keys of all of them.",
    },
    servers: [{ url: "/" }],
    tags: [
      { name: operatorTag, description: "Keywarden's own API over the keys of all providers." },
      ...mounted.map(({ profile }) => ({
        name: profile.name,
        description: `Under /${profile.id}, where a client of ${profile.name} points its base URL.`,
      })),
    ],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "One of the server's own tokens, kwt_…" },
        key: { type: "http", scheme: "bearer", description: "A key of the provider" },
      },
    },
  };
}
