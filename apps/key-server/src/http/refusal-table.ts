import type { RefusalCode } from "../refusal.ts";

export interface RefusalRow {
  readonly status: number;
  readonly title: string;
  /** The `error` of RFC 6750 §3.1 for `WWW-Authenticate`; an empty string sends the challenge without one. */
  readonly challenge?: string;
}

/** What each refusal looks like over HTTP; a new code does not compile until it has its row. */
export const refusalTable = {
  BAD_REQUEST: { status: 400, title: "The request is not well formed" },
  BAD_CURSOR: { status: 400, title: "The cursor is not one of this server's" },
  BAD_IF_MATCH: { status: 400, title: "If-Match is not a generation" },
  UNAUTHENTICATED: { status: 401, title: "The request carries no key or token", challenge: "" },
  INVALID_TOKEN: { status: 401, title: "The key or token is not valid", challenge: "invalid_token" },
  FORBIDDEN: { status: 403, title: "The key or token lacks the right", challenge: "insufficient_scope" },
  KEY_NOT_FOUND: { status: 404, title: "There is no such key" },
  ALERT_NOT_FOUND: { status: 404, title: "The key has no such alert" },
  TOKEN_NOT_FOUND: { status: 404, title: "There is no such token" },
  TENANT_NOT_FOUND: { status: 404, title: "There is no such tenant" },
  ROTATION_NOT_FOUND: { status: 404, title: "There is no such rotation" },
  PAGE_NOT_FOUND: { status: 404, title: "There is no such page" },
  ROUTE_NOT_FOUND: { status: 404, title: "There is no such route" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The route has other methods" },
  KEY_EXISTS: { status: 409, title: "The tenant already has its one key of that kind" },
  LAST_ADMIN_TOKEN: { status: 409, title: "No other token could make tokens" },
  KEY_REVOKED: { status: 409, title: "The key is revoked" },
  KEY_EXPIRED: { status: 409, title: "The key is expired" },
  KEY_DISABLED: { status: 409, title: "The key is disabled" },
  SUCCESSOR_EXISTS: { status: 409, title: "The key has a successor" },
  ROTATION_IN_PROGRESS: { status: 409, title: "Somebody else rotates the key" },
  ROTATION_EXISTS: { status: 409, title: "The id belongs to another rotation" },
  ROTATION_ENDED: { status: 409, title: "The rotation has ended" },
  GENERATION_CHANGED: { status: 412, title: "The key was changed in the meantime" },
  SECRET_ALREADY_DELIVERED: { status: 409, title: "The request was done before" },
  SECRET_TAKEN: { status: 409, title: "There is a key with this SHA-256" },
  IDEMPOTENCY_IN_FLIGHT: { status: 409, title: "The request is being done" },
  IDEMPOTENCY_MISMATCH: { status: 422, title: "The Idempotency-Key belongs to another request" },
  TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body is not JSON" },
  PRECONDITION_REQUIRED: { status: 428, title: "The request needs If-Match" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  INTERNAL: { status: 500, title: "The server failed" },
  UNAVAILABLE: { status: 503, title: "The storage cannot be used now" },
} as const satisfies Record<RefusalCode, RefusalRow>;
