import type { z } from "zod";
import { refusalTable } from "../http/refusal-table.ts";
import type { RefusalCode } from "../refusal.ts";
import type { OpenApiResponse } from "./open-api.ts";
import { refusalHeaders, responseHeaders, type ResponseHeader } from "./response-headers.ts";
import { toJsonSchema } from "./to-json-schema.ts";

/** What a route answers when it does not do what was asked; each part of the server has its own envelope. */
export interface FailureForm {
  readonly contentType: string;
  readonly schema: z.ZodType;
}

export function responsesOf(
  success: {
    readonly status: number;
    readonly schema: z.ZodType;
    readonly headers?: readonly ResponseHeader[];
    readonly mediaType?: string | undefined;
  },
  refusals: readonly RefusalCode[],
  failure: FailureForm,
): Readonly<Record<string, OpenApiResponse>> {
  const mediaType = failure.contentType.split(";")[0] ?? failure.contentType;
  const schema = toJsonSchema(failure.schema);
  const byStatus = Map.groupBy(refusals, (code) => refusalTable[code].status);
  return {
    [success.status]: {
      description: "Done",
      ...responseHeaders(success.headers ?? []),
      content: { [success.mediaType ?? "application/json"]: { schema: toJsonSchema(success.schema) } },
    },
    ...Object.fromEntries(
      [...byStatus].map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => refusalTable[code].title).join("; "),
          ...responseHeaders(refusalHeaders(status)),
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
const withQuery: readonly RefusalCode[] = ["BAD_REQUEST"];
/** Also where none is asked for: one that says something is refused, since it would be passed over. */
const withBody: readonly RefusalCode[] = ["BAD_REQUEST", "TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
/** What reading a request's own parts can come to. */
export function onReading(method: string, path: string, query: unknown): readonly RefusalCode[] {
  if (method !== "GET") return withBody;
  return query === undefined && !path.includes("{") ? [] : withQuery;
}
export const withKeyId: readonly RefusalCode[] = ["KEY_NOT_FOUND"];
export const withTokenId: readonly RefusalCode[] = ["TOKEN_NOT_FOUND", "LAST_ADMIN_TOKEN"];
const onNewSecret: readonly RefusalCode[] = [
  "SECRET_ALREADY_DELIVERED",
  "SECRET_TAKEN",
  "IDEMPOTENCY_IN_FLIGHT",
  "IDEMPOTENCY_MISMATCH",
];
export const onRotation: readonly RefusalCode[] = [
  "BAD_IF_MATCH",
  "KEY_REVOKED",
  "KEY_EXPIRED",
  "KEY_DISABLED",
  "GENERATION_CHANGED",
  ...onNewSecret,
];
export const onChange: readonly RefusalCode[] = [
  "BAD_IF_MATCH",
  "KEY_REVOKED",
  "KEY_EXPIRED",
  "KEY_EXISTS",
  "GENERATION_CHANGED",
];
export const onCreation: readonly RefusalCode[] = ["KEY_EXISTS", "SUCCESSOR_EXISTS", ...onNewSecret];
