export type KeyServerErrorCode =
  | "SERVER_BAD_OPTION"
  | "SERVER_BAD_PROVIDERS"
  | "SERVER_BAD_CHANNELS"
  | "SERVER_BAD_MONITORING"
  | "SERVER_BAD_POLICY"
  | "SERVER_BAD_SIGN_IN"
  | "SERVER_BAD_SINKS"
  | "SERVER_PORT_IN_USE"
  | "SERVER_CANNOT_LISTEN"
  | "SERVER_UNWRITABLE"
  | "SERVER_NO_DATA";

/** Why the server could not start; the message is the sentence that the operator reads. */
export class KeyServerError extends Error {
  override readonly name = "KeyServerError";
  readonly code: KeyServerErrorCode;

  constructor(code: KeyServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
