import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import type { Confidence } from "./match.ts";

export type Place = "content" | "path" | "link";

/** A match at a place that policy reports; it holds nothing that reveals the key. */
export interface Finding {
  readonly provider: string | null;
  readonly candidates: readonly string[];
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  /** With `/` between folders; keys inside the path itself are redacted. */
  readonly path: string;
  /** Where the key stands: in the bytes, in the path itself, or in the target of a symbolic link. */
  readonly place: Place;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly redacted: string;
  readonly fingerprint: Fingerprint;
  readonly confidence: Confidence;
  readonly reason: string;
  readonly commit?: string;
}
