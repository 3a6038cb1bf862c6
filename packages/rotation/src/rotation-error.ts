export type RotationErrorCode =
  /** The key is not one that can be rotated now. */
  | "ROTATION_REFUSED"
  /** Another process is rotating this key on this machine. */
  | "ROTATION_LOCKED"
  /** Somebody else rotated the key after it was planned. */
  | "ROTATION_LOST_RACE"
  /** No rotation has this name. */
  | "ROTATION_UNKNOWN"
  /** A journal, sealed key or state directory cannot be used. */
  | "ROTATION_STATE"
  /** The new key does not do what a working key does. */
  | "ROTATION_NOT_VERIFIED"
  /** The provider's API cannot tell the outcome of a request, so a person must check. */
  | "ROTATION_CANNOT_TELL"
  /** The provider's list of keys costs more requests than may be spent on it. */
  | "ROTATION_LIST_TOO_LONG"
  /** The new key is no longer the key's current one. */
  | "ROTATION_SUPERSEDED";

/** A rotation that could not continue; the message is safe to show and never contains a key. */
export class RotationError extends Error {
  override readonly name = "RotationError";
  readonly code: RotationErrorCode;
  /** Whether trying the same again later can succeed. */
  readonly isTransient: boolean;
  /** How long whoever refused asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: RotationErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly isTransient?: boolean;
      readonly retryAfterMs?: number;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isTransient = options.isTransient ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
