import { ChannelError } from "@keywarden/channels";
import { GitError } from "@keywarden/git";
import { ManagementError } from "@keywarden/management";
import { StorageError } from "@keywarden/storage";
import * as z from "zod";
import { AppError } from "../app-error.ts";

/** What is kept of an error: a code for the job, and a sentence for the log when it is known to be safe. */
export interface StageFailure {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
  /** Trying again cannot help. */
  readonly isFinal: boolean;
}

const finalCodes: ReadonlySet<string> = new Set([
  "APP_BAD_JOB",
  "STORAGE_BAD_VALUE",
  "STORAGE_PLAINTEXT_KEY",
]);

/** Reduces an error to its code; messages of unknown errors are dropped, because they can quote anything. */
export function reduceFailure(error: unknown): StageFailure {
  if (error instanceof AppError || error instanceof ManagementError || error instanceof ChannelError) {
    const { code, message, retryAfterMs } = error;
    return { code, message, retryAfterMs, isFinal: finalCodes.has(code) };
  }
  if (error instanceof GitError || error instanceof StorageError) {
    const { code, message } = error;
    return { code, message, retryAfterMs: undefined, isFinal: finalCodes.has(code) };
  }
  if (error instanceof z.ZodError) {
    const fields = error.issues.map(({ path }) => path.join(".")).join(", ");
    return {
      code: "APP_BAD_JOB",
      message: `the job's payload is invalid: ${fields}`,
      retryAfterMs: undefined,
      isFinal: true,
    };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return { code: "APP_UNEXPECTED", message: `unexpected ${name}`, retryAfterMs: undefined, isFinal: false };
}
