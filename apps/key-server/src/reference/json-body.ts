import type { z } from "zod";
import type { OpenApiOperation } from "./open-api.ts";
import { toJsonSchema } from "./to-json-schema.ts";

export function jsonBody(schema: z.ZodType): Required<Pick<OpenApiOperation, "requestBody">> {
  return {
    requestBody: { required: true, content: { "application/json": { schema: toJsonSchema(schema) } } },
  };
}
