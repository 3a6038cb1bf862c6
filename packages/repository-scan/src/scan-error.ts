export type ScanErrorCode =
  /** The request makes no sense: a range without dots, an invalid date, a ref that does not exist. */
  | "SCAN_USAGE"
  /** A path that was asked for cannot be scanned. */
  | "SCAN_PATH"
  /** There is nothing to scan, or not all of it is here. */
  | "SCAN_INCOMPLETE";

/** Says why nothing could be scanned; messages are whole sentences for the person who asked. */
export class ScanError extends Error {
  override readonly name = "ScanError";
  readonly code: ScanErrorCode;

  constructor(code: ScanErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
