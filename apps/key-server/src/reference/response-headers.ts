import type { OpenApiResponse } from "./open-api.ts";

const text = { type: "string" } as const;

/** What answers say outside their bodies. */
const headers = {
  ETag: { description: "The key's generation, for `If-Match`", schema: text },
  Location: { description: "Where the key is shown", schema: text },
  Link: {
    description: 'The next page: `<path>; rel="next"` (RFC 8288); absent on the last one',
    schema: text,
  },
  "Idempotent-Replayed": {
    description: "`true` when an earlier one of the same requests did it",
    schema: text,
  },
  "RateLimit-Policy": { description: "The limits of the key that asks, where it has some", schema: text },
  RateLimit: { description: "What is left of them, and seconds until they are full again", schema: text },
  "Retry-After": { description: "Seconds until it may be tried again", schema: { type: "integer" } },
  "WWW-Authenticate": { description: "The challenge of RFC 6750", schema: text },
} as const;
export type ResponseHeader = keyof typeof headers;

export function responseHeaders(names: readonly ResponseHeader[]): Pick<OpenApiResponse, "headers"> {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, headers[name]])) };
}

/** The headers of a refusal with this status. */
export function refusalHeaders(status: number): readonly ResponseHeader[] {
  if (status === 401 || status === 403) return ["WWW-Authenticate"];
  return status === 429 ? ["Retry-After"] : [];
}

/** What a route that makes a secret says beside it. */
export const onNewSecretHeaders: readonly ResponseHeader[] = ["Idempotent-Replayed"];
/** What every answer to a key, as against a token, may carry. */
export const toKeyHeaders: readonly ResponseHeader[] = ["RateLimit-Policy", "RateLimit"];
