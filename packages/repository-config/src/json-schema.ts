import type { Property, Shape } from "./shape.ts";

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Makes the JSON Schema of a document with this shape. */
export function makeJsonSchema(shape: Shape, title: string, description: string): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    description,
    ...schemaOf(shape),
  };
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "object":
      return objectSchema(shape);
    case "list": {
      const least = (shape.least ?? 0) > 0 ? { minItems: shape.least } : {};
      return { type: "array", items: schemaOf(shape.of), ...least, maxItems: shape.most };
    }
    case "text":
      return { type: "string", pattern: shape.pattern.source };
    case "choice":
      return { enum: shape.names };
    case "integer":
      return { type: "integer", minimum: shape.least, maximum: shape.most };
    case "flag":
      return { type: "boolean" };
    case "nothing":
      return { type: "null" };
    case "either":
      break;
  }
  return { anyOf: [schemaOf(shape.plain), schemaOf(shape.object)] };
}

function objectSchema({ properties, oneOrMoreOf }: Extract<Shape, { readonly kind: "object" }>): JsonSchema {
  const entries = Object.entries(properties);
  const required = entries.filter(([, { isRequired }]) => isRequired === true).map(([name]) => name);
  return {
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    ...(oneOrMoreOf === undefined ? {} : { anyOf: oneOrMoreOf.map((name) => ({ required: [name] })) }),
    properties: Object.fromEntries(entries.map(([name, property]) => [name, propertySchema(property)])),
  };
}

function propertySchema({ shape, summary, default: defaultValue }: Property): JsonSchema {
  return {
    ...(summary === undefined ? {} : { description: summary }),
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
    ...schemaOf(shape),
  };
}
