import type { z } from "zod";
import type { JsonSchema, OpenApiParameter } from "./open-api.ts";
import { toJsonSchema } from "./to-json-schema.ts";

export function pathParameters(path: string): readonly OpenApiParameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

export function queryParameters(query: z.ZodType): readonly OpenApiParameter[] {
  const { properties = {}, required = [] } = toJsonSchema(query) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

export function ifMatchParameter(need: "required" | "optional"): OpenApiParameter {
  return {
    name: "If-Match",
    in: "header",
    required: need === "required",
    description: 'The generation that you saw, in quotes: `"1"`. When it has moved on, the answer is 412.',
    schema: { type: "string" },
  };
}

export const idempotencyKeyParameter: OpenApiParameter = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "A word of your own. Sent again with the same body it makes no second key but answers 409 with the id of the first; with another body 422.",
  schema: { type: "string", maxLength: 255 },
};
