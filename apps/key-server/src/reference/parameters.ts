import { ownKeyHeader, sealToHeader, type Dialect } from "@keywarden/management";
import type { z } from "zod";
import type { OpenApiSchema, OpenApiParameter } from "./open-api.ts";
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
    readonly properties?: Readonly<Record<string, OpenApiSchema>>;
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

/** What routes that take a provider's keys read, where its keys can belong to a tenant. */
export function tenantParameters({ restrictions }: Dialect): readonly OpenApiParameter[] {
  if (!restrictions.includes("tenant")) return [];
  return [
    header(
      "X-Tenant-Id",
      "The tenant or application that the request is for. A key that belongs to another one, or to another environment than the tenant's name says, gets 403.",
    ),
  ];
}

const header = (name: string, description: string, example?: string): OpenApiParameter => ({
  name,
  in: "header",
  required: false,
  description,
  schema: { type: "string", ...(example !== undefined && { examples: [example] }) },
});

/** What every route that makes a secret takes, whatever its dialect. */
export const secretParameters: readonly OpenApiParameter[] = [
  {
    ...header(
      "Idempotency-Key",
      "A word of your own, 1 to 255 visible ASCII characters. Of your requests with it only the first one is done: the same again within 24 hours " +
        `answers the same with \`Idempotent-Replayed: true\` when the secret was sealed or your own, else 409 (no text is stored); another request with it answers 422. A create's is never free again.`,
    ),
    schema: { type: "string", maxLength: 255 },
  },
  header(
    sealToHeader,
    "A public key of yours: `x25519 <32 bytes>` or `rsa-oaep-256 <SubjectPublicKeyInfo, 2048 to 8192 bits>`, in base64. Where the answer has the key's text otherwise, " +
      "it then has that text encrypted to your key, so a lost answer can be asked for again. docs/lost-answers.md says how to decrypt it.",
    "rsa-oaep-256 MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A…",
  ),
  header(
    ownKeyHeader,
    "A key that you generated, which is not sent: its SHA-256, prefix, length and, if you like, last four characters. The answer has its redacted form where the key's text is otherwise. " +
      "Excludes the header above.",
    "sha256=<64 hex digits>; prefix=<prefix>; length=<characters>; ending=<last four>",
  ),
];
