import type { Dialect, DialectMonitoring, SampleEndpoint } from "@keywarden/management";
import type { z } from "zod";
import { listQuerySchema } from "../provider/list.ts";
import { kindWord } from "../restrictions/kind-word.ts";
import type { MountedProvider } from "../server-context.ts";
import { jsonBody } from "./json-body.ts";
import type { OpenApiOperation } from "./open-api.ts";
import {
  ifMatchParameter,
  pathParameters,
  queryParameters,
  secretParameters,
  tenantParameters,
} from "./parameters.ts";
import { onNewSecretHeaders, toKeyHeaders, type ResponseHeader } from "./response-headers.ts";
import { alwaysPossible, onCreation, onReading, onRotation, responsesOf, withKeyId } from "./responses.ts";

type AnyMonitoringRoute = NonNullable<DialectMonitoring[keyof DialectMonitoring]>;

/** What there is to say of a route, whatever its bodies are read into. */
interface ManagingRoute {
  readonly status: number;
  readonly documented: boolean;
  readonly summary: string;
  readonly permission: string | null;
  readonly request: { readonly schema: z.ZodType } | null;
  readonly response: { readonly schema: z.ZodType };
}

interface Expectations {
  readonly parameters: ReturnType<typeof pathParameters>;
  readonly refusals: Parameters<typeof responsesOf>[1];
  readonly headers: readonly ResponseHeader[];
}

type OperationName = keyof Dialect["operations"];

const summaries: Readonly<Record<OperationName, string>> = {
  create: "Create a key; its text is in this answer and nowhere else",
  list: "List the keys that work; the next page is in the Link header",
  show: "Show one key, whatever its state",
  rotate: "Replace a key's secret",
  revoke: "End a key at once",
  lookup: "Find the key that a SHA-256 names; not used while it is looked up",
};

const operationHeaders: Readonly<Record<OperationName, readonly ResponseHeader[]>> = {
  create: onNewSecretHeaders,
  list: ["Link"],
  show: ["ETag"],
  rotate: onNewSecretHeaders,
  revoke: [],
  lookup: [],
};

const notes: Readonly<Record<"documented" | "chosen", string>> = {
  documented: "Given by the provider's own document.",
  chosen: "The provider's document gives no such route; it is chosen here, in that document's style.",
};

export function describeOperation(
  { profile, dialect }: MountedProvider,
  name: OperationName,
): OpenApiOperation {
  const { method, path, status, documented, request, response } = dialect.operations[name];
  const parameters = [
    ...pathParameters(path),
    ...(name === "list" ? queryParameters(listQuerySchema) : []),
    ...(name === "rotate" ? [ifMatchParameter("optional")] : []),
    ...(name === "create" || name === "rotate" ? secretParameters : []),
    ...tenantParameters(dialect),
  ];
  const refusals = [
    ...alwaysPossible,
    ...onReading(method, path, name === "list" ? listQuerySchema : undefined),
    ...(path.includes("{id}") ? withKeyId : []),
    ...(name === "rotate" ? onRotation : []),
    ...(name === "create" ? onCreation : []),
  ];
  const route = { status, documented, request, response, summary: summaries[name], permission: null };
  return describeManaging({ profile, dialect }, name, route, {
    parameters,
    refusals,
    headers: [...operationHeaders[name], ...toKeyHeaders],
  });
}

export function describeMonitoring(
  { profile, dialect }: MountedProvider,
  name: string,
  { method, path, status, documented, summary, permission, request, response }: AnyMonitoringRoute,
  query: z.ZodType | undefined,
): OpenApiOperation {
  const parameters = [
    ...pathParameters(path),
    ...(query === undefined ? [] : queryParameters(query)),
    ...tenantParameters(dialect),
  ];
  const refusals = [
    ...alwaysPossible,
    ...onReading(method, path, query),
    ...(path.includes("{id}") ? withKeyId : []),
    ...(path.includes("{alertId}") ? (["ALERT_NOT_FOUND"] as const) : []),
  ];
  const route = { status, documented, summary, permission, request, response };
  const headers = [...(name === "securityEvents" ? (["Link"] as const) : []), ...toKeyHeaders];
  return describeManaging({ profile, dialect }, name, route, { parameters, refusals, headers });
}

/** Describes a route that the server's tokens may call, and keys that hold its permission or may manage keys. */
function describeManaging(
  { profile, dialect }: MountedProvider,
  name: string,
  { status, documented, summary, permission, request, response }: ManagingRoute,
  { parameters, refusals, headers }: Expectations,
): OpenApiOperation {
  const need = permission ?? dialect.permissions.manageKeys;
  const secret = kindWord(dialect, "secret");
  const who = need === null ? `a ${secret} key of the same environment` : `a ${secret} key with ${need}`;
  return {
    operationId: `${profile.id}_${name}`,
    tags: [profile.name],
    summary,
    description: `${notes[documented ? "documented" : "chosen"]} For the server's tokens and ${who}.`,
    "x-documented": documented,
    security: [{ token: [] }, { key: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(request !== null && jsonBody(request.schema)),
    responses: responsesOf({ status, schema: response.schema, headers }, refusals, failureOf(dialect)),
  };
}

export function describeSample(
  { profile, dialect }: MountedProvider,
  sample: SampleEndpoint,
): OpenApiOperation {
  const { method, path, status, summary, documented, kinds, permission, request, response } = sample;
  const parameters = [...pathParameters(path), ...tenantParameters(dialect)];
  const need = permission === null ? "" : ` with ${permission}`;
  const refusals = [...alwaysPossible, ...onReading(method, path, undefined)];
  const headers = toKeyHeaders;
  return {
    operationId: `${profile.id}_${method.toLowerCase()}${path.replaceAll(/[^\w]+/g, "_").replace(/_$/, "")}`,
    tags: [profile.name],
    summary,
    description: `${notes[documented ? "documented" : "chosen"]} A sample that tells whether a key works, for a ${kinds.map((kind) => kindWord(dialect, kind)).join(" or ")} key${need}.`,
    "x-documented": documented,
    security: [{ key: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(request !== null && jsonBody(request)),
    responses: responsesOf({ status, schema: response, headers }, refusals, failureOf(dialect)),
  };
}

function failureOf({ failure }: Dialect) {
  return { contentType: failure.contentType, schema: failure.body.schema };
}
