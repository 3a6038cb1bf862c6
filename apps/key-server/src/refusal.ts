import type { BodyProblem, LostUpdate } from "@keywarden/management";

export type RefusalCode =
  | "BAD_REQUEST"
  | "BAD_CURSOR"
  | "BAD_IF_MATCH"
  | "UNAUTHENTICATED"
  | "INVALID_TOKEN"
  | "FORBIDDEN"
  | "KEY_NOT_FOUND"
  | "ALERT_NOT_FOUND"
  | "TOKEN_NOT_FOUND"
  | "TENANT_NOT_FOUND"
  | "PAGE_NOT_FOUND"
  | "ROUTE_NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "SECRET_ALREADY_DELIVERED"
  | "SECRET_TAKEN"
  | "IDEMPOTENCY_IN_FLIGHT"
  | "IDEMPOTENCY_MISMATCH"
  | "KEY_EXISTS"
  | "LAST_ADMIN_TOKEN"
  | "KEY_REVOKED"
  | "KEY_EXPIRED"
  | "KEY_DISABLED"
  | "SUCCESSOR_EXISTS"
  | "ROTATION_NOT_FOUND"
  | "ROTATION_IN_PROGRESS"
  | "ROTATION_EXISTS"
  | "ROTATION_ENDED"
  | "GENERATION_CHANGED"
  | "TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "PRECONDITION_REQUIRED"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "INTERNAL";

/** Why a request is not done, in words for its sender: what is wrong and what to check. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly problems?: readonly BodyProblem[];
  readonly lostUpdate?: LostUpdate;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

export function done<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function refuse(
  code: RefusalCode,
  message: string,
  facts: Pick<Refusal, "problems" | "lostUpdate" | "headers"> = {},
): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, message, ...facts } };
}
