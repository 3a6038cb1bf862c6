export type ManagementErrorCode =
  | "MANAGEMENT_BAD_REQUEST"
  | "MANAGEMENT_UNAUTHORISED"
  | "MANAGEMENT_FORBIDDEN"
  | "MANAGEMENT_NOT_FOUND"
  | "MANAGEMENT_CONFLICT"
  | "MANAGEMENT_PRECONDITION"
  | "MANAGEMENT_RATE_LIMITED"
  | "MANAGEMENT_UNAVAILABLE"
  | "MANAGEMENT_UNREACHABLE"
  | "MANAGEMENT_TIMEOUT"
  | "MANAGEMENT_REDIRECTED"
  | "MANAGEMENT_BAD_ANSWER"
  | "MANAGEMENT_BAD_URL"
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
