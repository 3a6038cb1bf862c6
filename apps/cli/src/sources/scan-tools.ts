import type { ProviderProfile } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import type { ScanPolicy, Scanner } from "@keywarden/scan";
import type { Setup } from "@keywarden/repository-config";
import { makeSuppression } from "@keywarden/repository-config";
import { sha256 } from "../sha256.ts";
import { inflate } from "./inflate.ts";
import type { Suppression } from "@keywarden/repository-config";
import type { FileScan } from "./scan-file.ts";
import { makeShowPath } from "./show-path.ts";
import { Tally } from "./tally.ts";

/** What a scan is done with, and what it leaves behind for its report. */
export interface ScanTools extends FileScan {
  readonly suppression: Suppression;
}

/** Makes the tools of one scan. */
export function makeScanTools(
  setup: Setup,
  policy: ScanPolicy,
  nowMs: number,
  fromTop: Suppression["fromTop"],
): ScanTools {
  const { providers } = setup.config;
  const suppression = makeSuppression(setup, policy, nowMs, fromTop);
  return {
    scanner: scannerFor(providers),
    showPath: makeShowPath(providers),
    tally: new Tally(suppression),
    suppression,
  };
}

const scanners = new WeakMap<readonly ProviderProfile[], Scanner>();

/** Gives the scanner for the keys of these providers; it is made once. */
export function scannerFor(providers: readonly ProviderProfile[]): Scanner {
  const known = scanners.get(providers);
  if (known !== undefined) return known;
  const scanner = makeScanner({ providers, sha256, inflate });
  scanners.set(providers, scanner);
  return scanner;
}
