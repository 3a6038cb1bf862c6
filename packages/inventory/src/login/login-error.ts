export type LoginErrorCode =
  /** No server is named, or its name is not valid. */
  | "LOGIN_SERVER"
  /** The token for the server cannot be used. */
  | "LOGIN_TOKEN"
  /** A stored login cannot be read or written. */
  | "LOGIN_CREDENTIALS";

/** Says why there is no connection to a server; messages are whole sentences and contain no token. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  readonly code: LoginErrorCode;

  constructor(code: LoginErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Makes the error for a token that cannot be read from where it is stored, or stored there. */
export function credentialError(why: string, cause?: unknown): LoginError {
  const sentence = why.replace(/[\p{Cc}\s]+/gu, " ").replace(/\.$/, "");
  return new LoginError("LOGIN_CREDENTIALS", `${sentence}.`, { cause });
}
