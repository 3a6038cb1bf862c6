export type TuiErrorCode =
  | "TUI_USAGE"
  | "TUI_SERVER"
  | "TUI_BAD_URL"
  | "TUI_OUTPUT"
  | "TUI_PREFERENCES"
  | "TUI_FILTER";

/** Says why the terminal client could not do what it was asked to; the message never contains a key. */
export class TuiError extends Error {
  override readonly name = "TuiError";
  readonly code: TuiErrorCode;

  constructor(code: TuiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
