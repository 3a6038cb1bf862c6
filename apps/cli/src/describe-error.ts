/** Gives what a person needs to know of an error; with `isDebug` also where it came from. Keys in it are redacted. */
export async function describeError(error: unknown, isDebug: boolean): Promise<string> {
  const { providersOf, redactWithin } = await import("@keywarden/key-format");
  return redactWithin(isDebug ? traceOf(error) : sentenceOf(error), providersOf([]).providers);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `something unknown was thrown: ${String(error)}`;
  if (error.name !== "Error" && error.name.endsWith("Error") && "code" in error)
    return `${error.message}${wayOut[String(error.code)] ?? ""}`;
  return `${error.message} (this should not happen; --debug shows where it came from)`;
}

// A client knows what it asked, and not where its address came from.
const wayOut: Readonly<Record<string, string>> = {
  MANAGEMENT_UNREACHABLE: "; check its address and that it runs there",
  MANAGEMENT_TIMEOUT: "; check its address and whether it is busy",
};

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const trace = error.stack ?? error.message;
  return error.cause === undefined ? trace : `${trace}\ncaused by ${traceOf(error.cause)}`;
}
