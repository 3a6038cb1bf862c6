import type { z } from "zod";
import { refusalTable } from "../http/refusal-table.ts";
import type { RefusalCode } from "../services/refusal.ts";
import type { OpenApiResponse } from "./open-api.ts";
import { toJsonSchema } from "./to-json-schema.ts";

/** What a route answers when it does not do what was asked; each part of the server has its own envelope. */
export interface FailureForm {
  readonly contentType: string;
  readonly schema: z.ZodType;
}

export function responsesOf(
  success: { readonly status: number; readonly schema: z.ZodType },
  refusals: readonly RefusalCode[],
  failure: FailureForm,
): Readonly<Record<string, OpenApiResponse>> {
  const mediaType = failure.contentType.split(";")[0] ?? failure.contentType;
  const schema = toJsonSchema(failure.schema);
  const byStatus = Map.groupBy(refusals, (code) => refusalTable[code].status);
  return {
    [success.status]: {
      description: "Done",
      content: { "application/json": { schema: toJsonSchema(success.schema) } },
    },
    ...Object.fromEntries(
      [...byStatus].map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => refusalTable[code].title).join("; "),
          content: { [mediaType]: { schema } },
        },
      ]),
    ),
  };
}

export const alwaysPossible: readonly RefusalCode[] = [
  "UNAUTHENTICATED",
  "INVALID_TOKEN",
  "FORBIDDEN",
  "RATE_LIMITED",
  "UNAVAILABLE",
];
export const withBody: readonly RefusalCode[] = ["BAD_REQUEST", "TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
export const withKeyId: readonly RefusalCode[] = ["KEY_NOT_FOUND"];
const onNewSecret: readonly RefusalCode[] = [
  "SECRET_ALREADY_DELIVERED",
  "SECRET_TAKEN",
  "IDEMPOTENCY_IN_FLIGHT",
  "IDEMPOTENCY_MISMATCH",
];
export const onRotation: readonly RefusalCode[] = [
  "BAD_REQUEST",
  "KEY_REVOKED",
  "KEY_EXPIRED",
  "GENERATION_CHANGED",
  ...onNewSecret,
];
export const onCreation: readonly RefusalCode[] = ["KEY_EXISTS", ...onNewSecret];
