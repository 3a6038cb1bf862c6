export type ManagementErrorCode =
  /** The server does not take the request as it is (400, 405, 413, 415, 422, 428), or a caller left a value out. */
  | "MANAGEMENT_BAD_REQUEST"
  /** The token is wrong, expired or revoked (401). */
  | "MANAGEMENT_UNAUTHORISED"
  /** The token's role or limits do not allow it (403). */
  | "MANAGEMENT_FORBIDDEN"
  | "MANAGEMENT_NOT_FOUND"
  /** The key's state does not allow it (409). */
  | "MANAGEMENT_CONFLICT"
  /** Somebody changed the key meanwhile (412); `lostUpdate` says who, where the server does. */
  | "MANAGEMENT_PRECONDITION"
  | "MANAGEMENT_RATE_LIMITED"
  /** The server failed or is not ready (500 and above). */
  | "MANAGEMENT_UNAVAILABLE"
  /** There was no connection or it broke: what was asked may or may not have been done. */
  | "MANAGEMENT_UNREACHABLE"
  /** No whole answer came in time: what was asked may or may not have been done. */
  | "MANAGEMENT_TIMEOUT"
  /** The server points elsewhere, where the token is not sent. */
  | "MANAGEMENT_REDIRECTED"
  /** The answer is not one of this API: another form, too large, or a list without an end. */
  | "MANAGEMENT_BAD_ANSWER"
  /** The base URL cannot be used; nothing was sent. */
  | "MANAGEMENT_BAD_URL"
  /** No dialect has this name. */
  | "MANAGEMENT_UNKNOWN_DIALECT";

/** Who changed a key between the caller's read and its write. */
export interface LostUpdate {
  readonly generation: number;
  readonly changedBy: string;
  readonly changedAt: string;
}

export interface ManagementErrorFacts {
  readonly status?: number;
  /** The server's own code for the failure. */
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly lostUpdate?: LostUpdate;
  readonly cause?: unknown;
}

/** A management call that could not be done; the message is safe to show and never contains a token or key. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  readonly code: ManagementErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** How long the server asked to wait before trying again; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;
  readonly lostUpdate: LostUpdate | undefined;

  constructor(code: ManagementErrorCode, message: string, facts: ManagementErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.reason = facts.reason;
    this.retryAfterMs = facts.retryAfterMs;
    this.lostUpdate = facts.lostUpdate;
  }
}
