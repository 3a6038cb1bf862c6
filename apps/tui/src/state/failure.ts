/** A call that failed, in words for the operator. */
export interface CallFailure {
  readonly message: string;
  readonly advice: string;
  /** How long the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
  /** Whether another token would help. */
  readonly isUnauthorised?: boolean | undefined;
  /** Whether the server says that the question was wrong. */
  readonly isRefused?: boolean | undefined;
  /** Whether the server does not know what was asked. */
  readonly isUnknown?: boolean | undefined;
}
