import type { ProviderProfile } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import type { ScanPolicy, Scanner } from "@keywarden/scan";
import type { Setup } from "../config/load-config.ts";
import { makeJudging } from "../config/make-judging.ts";
import { sha256 } from "../sha256.ts";
import { inflate } from "./inflate.ts";
import type { Judging } from "./judging.ts";
import type { FileScan } from "./scan-file.ts";
import { makeShowPath } from "./show-path.ts";
import { Tally } from "./tally.ts";

/** What a scan is done with, and what it leaves behind for its report. */
export interface ScanTools extends FileScan {
  readonly judging: Judging;
}

/** Makes the tools of one scan. */
export function makeScanTools(
  setup: Setup,
  policy: ScanPolicy,
  nowMs: number,
  fromTop: Judging["fromTop"],
): ScanTools {
  const { providers } = setup.config;
  const judging = makeJudging(setup, policy, nowMs, fromTop);
  return {
    scanner: scannerFor(providers),
    showPath: makeShowPath(providers),
    tally: new Tally(judging),
    judging,
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
