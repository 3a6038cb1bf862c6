import type { OpenApiSchema, OpenApiOperation } from "./open-api.ts";

/** Writes an operation as a command that works once its `$…` are filled in: required headers and members only. */
export function curlExample(
  method: string,
  path: string,
  { parameters = [], requestBody }: OpenApiOperation,
): string {
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => `$${name.toUpperCase()}`);
  const schema = requestBody?.content["application/json"]?.schema;
  const headers = parameters
    .filter((parameter) => parameter.in === "header" && parameter.required)
    .map(({ name }) => `-H '${name}: "1"'`);
  return [
    `curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} "$KEYWARDEN${url}" -H "Authorization: Bearer $TOKEN"`,
    ...headers,
    ...(schema === undefined
      ? []
      : [`-H "Content-Type: application/json" -d '${JSON.stringify(exampleOf(schema))}'`]),
  ].join(" \\\n  ");
}

/** The smallest value of a schema, or one that says what belongs there. */
function exampleOf(schema: OpenApiSchema): unknown {
  const {
    enum: words,
    const: only,
    anyOf,
    oneOf = anyOf,
    type,
    properties = {},
    required = [],
    pattern,
    format,
  } = schema;
  if (only !== undefined) return only;
  if (isList(words)) return words[0];
  if (isList(oneOf)) return exampleOf(oneOf[0] as OpenApiSchema);
  if (type === "object") {
    const wanted = Object.entries(properties as Readonly<Record<string, OpenApiSchema>>).filter(([name]) =>
      (required as readonly string[]).includes(name),
    );
    return Object.fromEntries(wanted.map(([name, one]) => [name, exampleOf(one)]));
  }
  if (type === "array") return [];
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return 1;
  if (format === "date-time") return "2026-01-01T00:00:00Z";
  return pattern === "^[0-9a-f]{64}$" ? "0".repeat(64) : "example";
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
