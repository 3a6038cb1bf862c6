import { describeSystemError } from "@keywarden/command-line";

/** Says in words why the system gave no more of a file; `null` where the system did not fail. */
export function describeUnreadable(error: unknown): string | null {
  const isOfSystem = error instanceof Error && "syscall" in error;
  return isOfSystem ? `it could not be read to its end: ${describeSystemError(error)}` : null;
}

/** Says in words why a part of a packed file could not be opened. */
export function problemOf(error: unknown): string {
  return describeUnreadable(error) ?? (error instanceof Error ? error.message : "it cannot be read");
}
