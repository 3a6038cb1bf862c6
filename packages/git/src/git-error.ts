export type GitErrorCode =
  /** git itself is not on PATH. */
  | "GIT_MISSING"
  /** The directory is not in a repository, or does not exist. */
  | "GIT_NOT_A_REPOSITORY"
  /** There is a repository that git does not take for one: a lost HEAD, or a `.git` file that leads nowhere. */
  | "GIT_REPOSITORY_BROKEN"
  /** git refuses the repository because another user owns it. */
  | "GIT_DUBIOUS_OWNERSHIP"
  /** The question needs a work tree and the repository is bare. */
  | "GIT_NO_WORK_TREE"
  /** git failed in a way without its own code; the message contains its standard error. */
  | "GIT_FAILED"
  /** git answered in a form that this package does not know. */
  | "GIT_BAD_OUTPUT"
  /** A caller passed something that git must not see, such as an abbreviated id or a URL with a password. */
  | "GIT_BAD_INPUT"
  /** An object that was asked for is not here: partial or damaged clone, or gone from the remote. */
  | "GIT_OBJECT_MISSING"
  /** A ref that was asked for does not exist on the remote. */
  | "GIT_REF_MISSING"
  /** The remote refused the credentials. */
  | "GIT_UNAUTHORISED"
  /** The remote answered that the repository does not exist. */
  | "GIT_REMOTE_MISSING"
  /** The remote could not be reached or broke off. */
  | "GIT_UNREACHABLE"
  | "GIT_TIMEOUT"
  /** A hook cannot be installed or removed without harm; the message says what to do by hand. */
  | "GIT_HOOK_CONFLICT"
  /** The hooks directory serves every repository of this user or machine. */
  | "GIT_HOOKS_SHARED"
  /** A file below the hooks directory could not be read or written. */
  | "GIT_HOOKS_UNWRITABLE";

/** Says that a question to git could not be answered; messages are enough to act on. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly code: GitErrorCode;

  constructor(code: GitErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
