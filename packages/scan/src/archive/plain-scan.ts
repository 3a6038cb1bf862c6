import type { ChunkScan } from "../match/chunk-scan.ts";
import type { Match } from "../match/match.ts";

/** How bytes are scanned as they are. */
export interface PlainScan {
  readonly whole: (bytes: Buffer) => readonly Match[];
  readonly chunks: () => ChunkScan;
}
