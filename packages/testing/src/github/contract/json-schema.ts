import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { ValidateFunction } from "ajv";

export interface Description {
  readonly json: Readonly<Record<string, unknown>>;
  /** A validator for the schema at a JSON pointer such as `/components/schemas/basic-error`. */
  validatorAt(pointer: string): ValidateFunction;
  validatorOf(schema: object): ValidateFunction;
}

/** Reads a committed OpenAPI description, 3.0 or 3.1, and compiles its schemas on first use. */
export function loadDescription(file: "github-api.json" | "github-webhooks.json"): Description {
  const json = withJsonSchemaNulls(
    JSON.parse(readFileSync(new URL(`../openapi/${file}`, import.meta.url), "utf8")),
  ) as Record<string, unknown>;
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema(json, file);
  const compiled = new Map<string, ValidateFunction>();
  return {
    json,
    validatorAt(pointer) {
      const known = compiled.get(pointer) ?? ajv.compile({ $ref: `${file}#${encodeURI(pointer)}` });
      compiled.set(pointer, known);
      return known;
    },
    validatorOf: (schema) => ajv.compile(absoluteReferences(schema, file) as object),
  };
}

/** One step of a JSON pointer. */
export function pointerStep(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

// OpenAPI 3.0 says `nullable: true` where JSON Schema has a type of its own, and lets `enum` leave null out.
function withJsonSchemaNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withJsonSchemaNulls);
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withJsonSchemaNulls(value)]),
  );
  if (copy["nullable"] !== true) return copy;
  const { nullable: _, ...schema } = copy;
  if (typeof schema["type"] !== "string") return { anyOf: [schema, { type: "null" }] };
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(null)) {
    schema["enum"] = [...(schema["enum"] as unknown[]), null];
  }
  return { ...schema, type: [schema["type"], "null"] };
}

function absoluteReferences(node: unknown, file: string): unknown {
  if (Array.isArray(node)) return node.map((item) => absoluteReferences(item, file));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" ? `${file}${value}` : absoluteReferences(value, file),
    ]),
  );
}
