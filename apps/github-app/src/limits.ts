import type { ReadLimits } from "@keywarden/repository-scan";
import * as z from "zod";

/** What is not read of a push, and then named in its check; far beyond what GitHub itself takes. */
export const limitsSchema = z.strictObject({
  mostMegabytesPerFile: z.number().positive().default(2_000),
  mostMegabytesPerPush: z.number().positive().default(50_000),
  mostFilesPerPush: z.int().positive().default(5_000_000),
  mostSecondsPerFile: z.number().positive().default(60),
  mostSecondsPerPush: z.number().positive().default(600),
  /** After so long a scan gives way to others, and goes on in parts. */
  turnSeconds: z.number().positive().default(30),
});

/** How long the files of a push may be read; a history may be read for as long as it takes. */
export type TimeBudget = Required<Pick<ReadLimits, "fileMs" | "totalMs">>;

/** What is read, and for how long. */
export interface Limits {
  readonly limits: ReadLimits;
  readonly budget: TimeBudget;
  /** After so long a scan gives way to others. */
  readonly turnMs: number;
}

export function limitsFrom(config: z.infer<typeof limitsSchema>): Limits {
  return {
    limits: {
      fileBytes: config.mostMegabytesPerFile * 1_000_000,
      totalBytes: config.mostMegabytesPerPush * 1_000_000,
      totalFiles: config.mostFilesPerPush,
    },
    budget: { fileMs: config.mostSecondsPerFile * 1_000, totalMs: config.mostSecondsPerPush * 1_000 },
    turnMs: config.turnSeconds * 1_000,
  };
}
