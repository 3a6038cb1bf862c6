/** Says that a notice was not delivered; messages hold neither an address nor what the other side said. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  /** CHANNEL_UNAVAILABLE when trying again may help, CHANNEL_REFUSED when somebody has to change something. */
  readonly code: "CHANNEL_UNAVAILABLE" | "CHANNEL_REFUSED" | "CHANNEL_NAMED_TWICE";
  /** How long the other side asked to wait, in milliseconds; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ChannelError["code"], message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
