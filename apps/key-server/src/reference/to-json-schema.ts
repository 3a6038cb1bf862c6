import * as z from "zod";
import type { OpenApiSchema } from "./open-api.ts";

/** Writes a schema as JSON Schema 2020-12, which OpenAPI 3.1 is made of; both directions as a sender sees them. */
export function toJsonSchema(schema: z.ZodType): OpenApiSchema {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // TypeScript's readonly says nothing about the wire, where `readOnly` would forbid sending it.
      delete jsonSchema.readOnly;
      // The format says it; the pattern behind it fills a screen and helps nobody.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return written;
}
