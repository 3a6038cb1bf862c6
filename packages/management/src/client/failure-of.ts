import { ManagementError, type LostUpdate, type ManagementErrorCode } from "./management-error.ts";
import type { Transport, TransportAnswer } from "./transport.ts";

export interface ServerWords {
  readonly code?: string;
  readonly message?: string;
  readonly lostUpdate?: LostUpdate | undefined;
}

const codeByStatus: Readonly<Record<number, ManagementErrorCode>> = {
  400: "MANAGEMENT_BAD_REQUEST",
  401: "MANAGEMENT_UNAUTHORISED",
  403: "MANAGEMENT_FORBIDDEN",
  404: "MANAGEMENT_NOT_FOUND",
  405: "MANAGEMENT_BAD_REQUEST",
  409: "MANAGEMENT_CONFLICT",
  412: "MANAGEMENT_PRECONDITION",
  413: "MANAGEMENT_BAD_REQUEST",
  415: "MANAGEMENT_BAD_REQUEST",
  422: "MANAGEMENT_BAD_REQUEST",
  428: "MANAGEMENT_BAD_REQUEST",
  429: "MANAGEMENT_RATE_LIMITED",
};

/** Turns an answer with the wrong status into the error that the caller acts on. */
export function failureOf(
  answer: TransportAnswer,
  what: string,
  words: ServerWords,
  transport: Transport,
): ManagementError {
  const code =
    codeByStatus[answer.status] ??
    (answer.status >= 500 ? "MANAGEMENT_UNAVAILABLE" : "MANAGEMENT_BAD_ANSWER");
  const detail = words.message === undefined ? "" : `: ${transport.quote(words.message)}`;
  return new ManagementError(
    code,
    `could not ${what}: ${answer.url.host} answered ${answer.status}${detail}`,
    {
      status: answer.status,
      ...(words.code === undefined ? {} : { reason: transport.quote(words.code) }),
      ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
      ...(words.lostUpdate === undefined ? {} : { lostUpdate: words.lostUpdate }),
    },
  );
}
