import type { OpenApiSchema } from "./open-api.ts";

/** Says in words what a parameter takes, such as `integer from 1 to 1000; 100 when absent`. */
export function describeSchema(schema: OpenApiSchema): string {
  const { default: fallback } = schema;
  return kindOf(schema) + (fallback === undefined ? "" : `; ${JSON.stringify(fallback)} when absent`);
}

function kindOf({ enum: words, const: only, anyOf, type, format, items, ...bounds }: OpenApiSchema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(words)) return (words as readonly unknown[]).map(String).join(", ");
  if (Array.isArray(anyOf)) return (anyOf as readonly OpenApiSchema[]).map(kindOf).join(", or ");
  if (format === "date-time") return "moment such as 2026-01-31T12:00:00Z";
  if (type === "array") return `several of: ${kindOf((items ?? {}) as OpenApiSchema)}`;
  const { minimum, maximum, minLength, maxLength } = bounds;
  if (type === "integer" || type === "number") return type + range(minimum, maximum);
  return type === "string"
    ? `text${range(minLength, maxLength, " characters")}`
    : JSON.stringify(type ?? "anything");
}

function range(least: unknown, most: unknown, unit = ""): string {
  const [from, to] = [JSON.stringify(least), JSON.stringify(most)];
  if (least === undefined) return most === undefined ? "" : ` of at most ${to}${unit}`;
  return most === undefined ? ` of at least ${from}${unit}` : ` from ${from} to ${to}${unit}`;
}
