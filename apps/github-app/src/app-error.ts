export type AppErrorCode =
  | "APP_USAGE"
  | "APP_CONFIG"
  | "APP_DATA_DIRECTORY"
  | "APP_PORT_IN_USE"
  | "APP_CANNOT_LISTEN"
  | "APP_BAD_JOB"
  | "APP_BAD_REQUEST"
  | "APP_UNAUTHORISED"
  | "APP_FORBIDDEN"
  | "APP_NOT_FOUND"
  | "APP_CONFLICT"
  | "APP_UNREACHABLE"
  | "APP_NOT_READY"
  | "APP_LEASE_LOST"
  | "GITHUB_UNAUTHORISED"
  | "GITHUB_FORBIDDEN"
  | "GITHUB_NOT_FOUND"
  | "GITHUB_RATE_LIMITED"
  | "GITHUB_REFUSED"
  | "GITHUB_UNAVAILABLE"
  | "PROVIDER_COULD_NOT_TELL"
  | "PROVIDER_CONTRADICTS_ITSELF"
  | "REPOSITORY_UNSETTLED"
  | "SUCCESSOR_NOT_DELIVERED";

/** Says that the App could not do its job; messages are safe to log and never contain a key, token or header. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppErrorCode;
  /** How long the other side asked to wait, in milliseconds; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: AppErrorCode,
    message: string,
    facts: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.retryAfterMs = facts.retryAfterMs;
  }
}
