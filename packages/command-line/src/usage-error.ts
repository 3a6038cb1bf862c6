/** Says what is wrong with a command line, in sentences for whoever typed it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "USAGE";
}
