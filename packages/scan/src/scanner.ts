import type { ProviderProfile, Sha256 } from "@keywarden/key-format";
import type { Match } from "./match.ts";

export interface Scanner {
  /** The distinct literals searched for; bytes that contain none of them hold no key. */
  readonly anchors: readonly string[];
  /** The longest text a match can have; chunks of a larger whole must overlap by at least this much. */
  readonly longestKeyBytes: number;
  /** Finds every candidate, ordered by offset. Linear in the size of `bytes`. */
  scanBytes(bytes: Uint8Array): readonly Match[];
  scanText(text: string): readonly Match[];
}

export interface ScannerOptions {
  readonly providers: readonly ProviderProfile[];
  readonly sha256: Sha256;
}

export function makeScanner(_options: ScannerOptions): Scanner {
  return { anchors: [], longestKeyBytes: 0, scanBytes: () => [], scanText: () => [] };
}
