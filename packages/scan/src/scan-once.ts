import { providersOf, type ProviderProfile, type Sha256 } from "@keywarden/key-format";
import type { Match } from "./match/match.ts";
import { makeScanner, type Scanner } from "./scanner.ts";

export interface ScanOnceOptions {
  readonly sha256: Sha256;
  /** Whose keys are searched for; absent: those of the built-in providers. */
  readonly providers?: readonly ProviderProfile[];
}

/** Finds every candidate in a text; offsets are those of its UTF-8 form. */
export function scanText(text: string, options: ScanOnceOptions): readonly Match[] {
  return scannerFor(options).scanText(text);
}

/** Finds every candidate in bytes of any encoding, ordered by offset. */
export function scanBytes(bytes: Uint8Array, options: ScanOnceOptions): readonly Match[] {
  return scannerFor(options).scanBytes(bytes);
}

// Making a scanner takes longer than most scans, and callers pass the same providers every time.
const scanners = new WeakMap<
  readonly ProviderProfile[],
  { readonly sha256: Sha256; readonly scanner: Scanner }
>();

function scannerFor({ sha256, providers = providersOf([]).providers }: ScanOnceOptions): Scanner {
  const known = scanners.get(providers);
  if (known?.sha256 === sha256) return known.scanner;
  const scanner = makeScanner({ providers, sha256 });
  scanners.set(providers, { sha256, scanner });
  return scanner;
}
