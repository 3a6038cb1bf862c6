import type { Writable } from "node:stream";
import type { RandomBytes } from "@keywarden/key-format";
import type { Clock } from "@keywarden/storage";

/** Everything that a program takes from the process it runs in. */
export interface Process {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
}
