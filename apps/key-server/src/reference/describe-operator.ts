import { problemSchema } from "@keywarden/management";
import { problemEnvelope } from "../http/envelope.ts";
import type { OperatorRoute } from "../http/route.ts";
import { rolesWith } from "../auth/right.ts";
import { jsonBody } from "./json-body.ts";
import type { OpenApiOperation } from "./open-api.ts";
import { ifMatchParameter, pathParameters, queryParameters, secretParameters } from "./parameters.ts";
import { onNewSecretHeaders } from "./response-headers.ts";
import {
  alwaysPossible,
  onChange,
  onCreation,
  onReading,
  onRotation,
  responsesOf,
  withKeyId,
  withTokenId,
} from "./responses.ts";

export const operatorTag = "Operator API";

export function describeOperatorRoute({ method, path, right, contract }: OperatorRoute): OpenApiOperation {
  const { summary, query, body, ifMatch, status, answer, mediaType } = contract;
  const makesSecret = method !== "GET" && (right === "create" || right === "rotate");
  const parameters = [
    ...pathParameters(path),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(ifMatch === undefined ? [] : [ifMatchParameter(ifMatch)]),
    ...(makesSecret ? secretParameters : []),
  ];
  const refusals = [
    ...alwaysPossible,
    ...onReading(method, path, query),
    ...(path.includes("{id}") ? (path.startsWith("/v1/tokens/") ? withTokenId : withKeyId) : []),
    ...(makesSecret && right === "rotate" ? onRotation : []),
    ...(right === "edit" || path.endsWith("/disable") ? onChange : []),
    ...(ifMatch === "required" ? (["PRECONDITION_REQUIRED"] as const) : []),
    ...(right === "create" ? onCreation : []),
    ...(ifMatch === "optional" ? (["BAD_IF_MATCH", "GENERATION_CHANGED"] as const) : []),
  ];
  const headers = [...(contract.headers ?? []), ...(makesSecret ? onNewSecretHeaders : [])];
  const failure = { contentType: problemEnvelope.contentType, schema: problemSchema };
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^\w]+/g, "_").replace(/_$/, "")}`,
    tags: [operatorTag],
    summary,
    description: `For tokens with the role ${rolesWith(right).join(", ")}.`,
    security: [{ token: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && jsonBody(body)),
    responses: responsesOf({ status, schema: answer, headers, mediaType }, refusals, failure),
  };
}
