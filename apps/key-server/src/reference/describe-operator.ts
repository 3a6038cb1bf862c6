import { problemSchema } from "@keywarden/management";
import { problemEnvelope } from "../http/envelope.ts";
import type { OperatorRoute } from "../http/route.ts";
import { rolesWith } from "../services/right.ts";
import { jsonBody } from "./json-body.ts";
import type { OpenApiOperation } from "./open-api.ts";
import { ifMatchParameter, pathParameters, queryParameters, secretParameters } from "./parameters.ts";
import { alwaysPossible, onCreation, onRotation, responsesOf, withBody, withKeyId } from "./responses.ts";

export const operatorTag = "Operator API";

export function describeOperatorRoute({ method, path, right, contract }: OperatorRoute): OpenApiOperation {
  const { summary, query, body, ifMatch, status, answer } = contract;
  const parameters = [
    ...pathParameters(path),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(ifMatch === undefined ? [] : [ifMatchParameter(ifMatch)]),
    ...(right === "create" || right === "rotate" ? secretParameters : []),
  ];
  const refusals = [
    ...alwaysPossible,
    ...(body === undefined && query === undefined ? [] : withBody),
    ...(path.includes("{id}") ? withKeyId : []),
    ...(ifMatch === "required" ? ([...onRotation, "PRECONDITION_REQUIRED"] as const) : []),
    ...(right === "create" ? onCreation : []),
    ...(ifMatch === "optional" ? (["GENERATION_CHANGED"] as const) : []),
  ];
  const failure = { contentType: problemEnvelope.contentType, schema: problemSchema };
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^\w]+/g, "_").replace(/_$/, "")}`,
    tags: [operatorTag],
    summary,
    description: `For tokens with the role ${rolesWith(right).join(", ")}.`,
    security: [{ token: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && jsonBody(body)),
    responses: responsesOf({ status, schema: answer }, refusals, failure),
  };
}
