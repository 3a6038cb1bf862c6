import type { ServerSinks } from "./server-sinks.ts";

/** What rotations on pages need of the machine. */
export interface RotationSettings {
  /** Absolute; made on first use. */
  readonly directory: string;
  readonly sinks: ServerSinks;
  /** From which sinks take their credentials. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
