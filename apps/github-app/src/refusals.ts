import type { ManagementErrorCode } from "@keywarden/management";

/** Answers after which it is certain that the provider has not done what it was asked. */
export const refusals: ReadonlySet<ManagementErrorCode> = new Set([
  "MANAGEMENT_BAD_REQUEST",
  "MANAGEMENT_UNAUTHORISED",
  "MANAGEMENT_FORBIDDEN",
  "MANAGEMENT_NOT_FOUND",
  "MANAGEMENT_CONFLICT",
  "MANAGEMENT_PRECONDITION",
  "MANAGEMENT_RATE_LIMITED",
  "MANAGEMENT_BAD_URL",
]);
