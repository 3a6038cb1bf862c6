import { ownBesideBuiltIn, providersOf, type ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import { scannerFor } from "./scanner-for.ts";

/** What a worker makes the same scanner from. */
export interface WorkerScanner {
  /** Whoever comes behind the built-in providers, which a worker has itself; all of them in any other list. */
  readonly providers: readonly ProviderProfile[];
  readonly isBesideBuiltIn: boolean;
  readonly isThorough: boolean;
  readonly nowMs: number;
}

/** Says of a scanner what a worker needs to make its own. */
export function describeToWorker({ providers, isThorough, nowMs = Date.now() }: Scanner): WorkerScanner {
  const own = ownBesideBuiltIn(providers);
  return { providers: own ?? providers, isBesideBuiltIn: own !== null, isThorough, nowMs };
}

/** Makes the scanner in a worker. */
export function scannerInWorker({
  providers: given,
  isBesideBuiltIn,
  isThorough,
  nowMs,
}: WorkerScanner): Scanner {
  // What is made of the built-in providers when the program is built belongs to these very objects.
  const builtIn = providersOf([]).providers;
  const providers = !isBesideBuiltIn ? given : given.length === 0 ? builtIn : [...builtIn, ...given];
  return scannerFor(providers, isThorough, nowMs);
}
