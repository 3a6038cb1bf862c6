export type ConfigErrorCode =
  /** keywarden.json, a provider's definition or the baseline is not valid. */
  | "CONFIG_INVALID"
  /** A file is there and cannot be read. */
  | "CONFIG_UNREADABLE"
  /** The baseline cannot be written. */
  | "CONFIG_UNWRITABLE";

/** Says why what a repository says about its scans cannot be used; messages are whole sentences for its users. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
