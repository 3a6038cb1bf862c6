export type KeyFormatErrorCode = "KEY_FORMAT_RANDOMNESS" | "KEY_FORMAT_WEAK";

/** Says that a key could not be made. */
export class KeyFormatError extends Error {
  override readonly name = "KeyFormatError";
  readonly code: KeyFormatErrorCode;

  constructor(code: KeyFormatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
