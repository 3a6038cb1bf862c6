import { ManagementError, type ManagementErrorCode } from "@keywarden/management/management-error";
import { formatAgo, formatMoment, safeText } from "@keywarden/inventory";
import type { CallFailure } from "../state/failure.ts";

const advice: Readonly<Record<ManagementErrorCode, string>> = {
  MANAGEMENT_BAD_REQUEST: "Server and client may be of different versions: update the older one.",
  MANAGEMENT_UNAUTHORISED: "The token is wrong, expired or revoked. Press t to type another one.",
  MANAGEMENT_FORBIDDEN: "The token's role does not allow this: ask an administrator for another token.",
  MANAGEMENT_NOT_FOUND: "The key is gone, or --server does not name a Keywarden server.",
  MANAGEMENT_CONFLICT: "Wait for the other change to finish, then check the key again.",
  MANAGEMENT_PRECONDITION: "Nothing was changed. Check the key's current state, then decide again.",
  MANAGEMENT_RATE_LIMITED: "The server is limiting requests; the next attempt waits.",
  MANAGEMENT_UNAVAILABLE: "The server has a problem: see its log.",
  MANAGEMENT_UNREACHABLE: "Check that the server is running and --server is right. Press R to try at once.",
  MANAGEMENT_TIMEOUT: "The server or the network is slow. Press R to try at once.",
  MANAGEMENT_REDIRECTED: "Give --server the address that the redirect leads to.",
  MANAGEMENT_BAD_ANSWER: "Check that --server names a Keywarden server and no proxy answers instead.",
  MANAGEMENT_BAD_URL: "Correct --server.",
  MANAGEMENT_UNKNOWN_DIALECT: "Update the client.",
};

/** Puts a failed call into words for the operator: what happened, and what to do. The words hold no key and no control characters. */
export function describeCallFailure(error: unknown, nowMs: number): CallFailure {
  if (!(error instanceof ManagementError)) {
    const message = error instanceof Error ? error.message : "something that is not an error was thrown";
    return { message: safeText(message), advice: "This is a defect of keywarden-tui; please report it." };
  }
  const { lostUpdate } = error;
  if (lostUpdate === undefined) {
    return {
      message: safeText(error.message),
      advice: advice[error.code],
      retryAfterMs: error.retryAfterMs,
      isUnauthorised: error.code === "MANAGEMENT_UNAUTHORISED",
      isRefused: error.code === "MANAGEMENT_BAD_REQUEST",
      isUnknown: error.code === "MANAGEMENT_NOT_FOUND",
    };
  }
  const changedAtMs = Date.parse(lostUpdate.changedAt);
  const when = Number.isNaN(changedAtMs)
    ? ""
    : ` ${formatAgo(changedAtMs, nowMs)} (${formatMoment(changedAtMs)})`;
  return {
    message: `${safeText(lostUpdate.changedBy)} changed this key${when}; it is at generation ${lostUpdate.generation} now.`,
    advice: advice.MANAGEMENT_PRECONDITION,
  };
}

/** The same in one text for paper, where there is no key to press. */
export const writeFailure = ({ message, advice: what }: CallFailure): string =>
  `${message.replace(/\.$/, "")}. ${what.replace(/ Press [^.]*\.$/, "")}`;

/** Did the call perhaps reach the server, although no answer came back? */
export function isOutcomeUnknown(error: unknown): boolean {
  const unknown: readonly ManagementErrorCode[] = [
    "MANAGEMENT_TIMEOUT",
    "MANAGEMENT_UNREACHABLE",
    "MANAGEMENT_BAD_ANSWER",
    "MANAGEMENT_UNAVAILABLE",
  ];
  return error instanceof ManagementError && unknown.includes(error.code);
}
