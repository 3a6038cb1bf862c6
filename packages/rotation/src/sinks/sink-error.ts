export type SinkErrorCode =
  /** The target is not written as its sink needs it. */
  | "SINK_BAD_TARGET"
  /** A credential, program or package is missing. */
  | "SINK_NOT_READY"
  /** The sink refused the key. */
  | "SINK_REFUSED"
  /** The system refused to write there, and what was there before is there as it was. */
  | "SINK_UNWRITABLE"
  /** The sink could not be reached or is busy. */
  | "SINK_UNAVAILABLE";

/** A delivery that did not happen; the message is safe to show and never contains a key. */
export class SinkError extends Error {
  override readonly name = "SinkError";
  readonly code: SinkErrorCode;
  /** Whether the same may go well a moment later. */
  readonly isTransient: boolean;
  /** How long the sink asked to wait; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: SinkErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly isTransient?: boolean;
      readonly retryAfterMs?: number | undefined;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isTransient = options.isTransient ?? code === "SINK_UNAVAILABLE";
    this.retryAfterMs = options.retryAfterMs;
  }
}
