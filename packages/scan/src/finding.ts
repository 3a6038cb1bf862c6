import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import type { Confidence } from "./match.ts";

/** A match at a place that policy reports; it holds nothing that reveals the key. */
export interface Finding {
  readonly provider: string | null;
  readonly candidates: readonly string[];
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  /** With `/` between folders; keys inside the path itself are redacted. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly redacted: string;
  readonly fingerprint: Fingerprint;
  readonly confidence: Confidence;
  readonly reason: string;
  readonly commit?: string;
}
