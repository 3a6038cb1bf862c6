export type GitHubEmulatorErrorCode =
  | "EMULATOR_OPTION"
  | "EMULATOR_REPOSITORY"
  | "EMULATOR_GIT"
  | "EMULATOR_NOT_FOUND"
  | "EMULATOR_CONTRACT"
  | "EMULATOR_PORT";

/** A request to the emulator itself, not to the GitHub it plays, that could not be done. */
export class GitHubEmulatorError extends Error {
  override readonly name = "GitHubEmulatorError";
  readonly code: GitHubEmulatorErrorCode;

  constructor(code: GitHubEmulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
