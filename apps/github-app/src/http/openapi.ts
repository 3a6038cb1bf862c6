import * as z from "zod";
import manifest from "../../package.json" with { type: "json" };
import { rightsByRole } from "../operate/operation.ts";
import type { AppRight } from "../operate/operation.ts";
import { operations } from "../operate/operations.ts";

/** Describes the API, from the table that also serves it. */
export function makeOpenApi(): Readonly<Record<string, unknown>> {
  return {
    openapi: "3.1.1",
    info: {
      title: "keywarden-github-app",
      version: manifest.version,
      description: "What was found in repositories and what was decided about it; the commands use it, too.",
    },
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "A token of this App." } },
      schemas: { problem: problemSchema },
    },
    security: [{ token: [] }],
    paths: Object.fromEntries(
      [...Map.groupBy(Object.entries(operations), ([, { path }]) => path)].map(([path, served]) => [
        path,
        Object.fromEntries(
          served.map(([name, operation]) => [operation.method.toLowerCase(), describe(name, operation)]),
        ),
      ]),
    ),
  };
}

interface Described {
  readonly summary: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly right: AppRight;
  readonly input: z.ZodType;
}

function describe(
  name: string,
  { summary, method, path, right, input }: Described,
): Readonly<Record<string, unknown>> {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/gu)].map(([, field = ""]) => field));
  const fields = Object.entries(properties);
  const rest = fields.filter(([field]) => !inPath.has(field));
  const parameterOf = (where: "path" | "query", [field, schema]: (typeof fields)[number]) => ({
    name: field,
    in: where,
    required: where === "path" || required.includes(field),
    schema: Object.keys(schema as object).length === 0 ? { type: "string" } : schema,
  });
  const roles = Object.entries(rightsByRole).filter(([, rights]) => rights.includes(right));
  return {
    operationId: name,
    summary,
    description: `Takes a token of the role ${roles.map(([role]) => role).join(", ")}.`,
    parameters: [
      ...fields.filter(([field]) => inPath.has(field)).map((one) => parameterOf("path", one)),
      ...(method === "GET" ? rest.map((one) => parameterOf("query", one)) : []),
    ],
    ...(method === "POST" && {
      requestBody: {
        required: rest.some(([field]) => required.includes(field)),
        content: {
          "application/json": {
            schema: {
              type: "object",
              properties: Object.fromEntries(rest),
              required: required.filter((field) => !inPath.has(field)),
            },
          },
        },
      },
    }),
    responses: {
      "200": { description: "Done.", content: { "application/json": { schema: { type: "object" } } } },
      default: {
        description: "A problem (RFC 9457) with a stable code.",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/problem" } } },
      },
    },
  };
}

const problemSchema = {
  type: "object",
  required: ["status", "code", "detail"],
  properties: {
    status: { type: "integer" },
    code: { type: "string", description: "Stable: APP_…" },
    title: { type: "string" },
    detail: { type: "string" },
  },
} as const;
