export type CliErrorCode =
  /** The command line says something that no flag or command means. */
  | "CLI_USAGE"
  /** keywarden.json cannot be used as it is. */
  | "CLI_CONFIG"
  /** What was given is not a token. */
  | "CLI_TOKEN"
  /** A new key could not be delivered. */
  | "CLI_DELIVERY"
  /** Keys could not be imported. */
  | "CLI_IMPORT"
  /** A path that was asked for cannot be scanned. */
  | "CLI_PATH"
  /** A program that a command opens is not installed. */
  | "CLI_PROGRAM"
  /** A report could not be written. */
  | "CLI_OUTPUT"
  /** A scan did not see all that it had listed. */
  | "CLI_INCOMPLETE";

/** Says why a command could not do its job; messages are whole sentences for the person at the terminal. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
