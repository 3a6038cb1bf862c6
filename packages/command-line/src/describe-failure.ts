// C0 and C1 controls but the line feed, and the characters that turn a line round or hide in it.
const unprintable = /[^\P{C}\n]+/gu;

/**
 * Gives what a person needs to know of an error; with `isDebug` also where it came from. Whoever prints it redacts it.
 *
 * An error with a code says all in its message; any other one is a defect.
 */
export function describeFailure(
  error: unknown,
  {
    isDebug,
    remedies = {},
  }: { readonly isDebug: boolean; readonly remedies?: Readonly<Record<string, string>> },
): string {
  return (isDebug ? traceOf(error) : sentenceOf(error, remedies)).replace(unprintable, "");
}

function sentenceOf(error: unknown, remedies: Readonly<Record<string, string>>): string {
  if (!(error instanceof Error)) return `an unknown value was thrown: ${String(error)}`;
  // A program in several files has a class several times, so the class itself tells nothing.
  if (error.name !== "Error" && error.name.endsWith("Error") && "code" in error)
    return `${error.message}${remedies[String(error.code)] ?? ""}`;
  return `${error.message} (this should not happen; --debug shows where it came from)`;
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const trace = error.stack ?? error.message;
  return error.cause === undefined ? trace : `${trace}\ncaused by ${traceOf(error.cause)}`;
}
