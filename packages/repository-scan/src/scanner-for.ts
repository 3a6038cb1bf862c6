import type { ProviderProfile } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import type { Scanner } from "@keywarden/scan";
import { inflate } from "./inflate.ts";
import { sha256 } from "./sha256.ts";

const scanners = new WeakMap<readonly ProviderProfile[], Scanner>();
const thorough = new WeakMap<readonly ProviderProfile[], Scanner>();

/**
 * Gives the scanner for the keys of these providers; it is made once.
 *
 * @param isThorough whether it also reads what no hook has the time for
 * @param nowMs when it is made: whether a key that states its end has passed it is told by that
 */
export function scannerFor(
  providers: readonly ProviderProfile[],
  isThorough = false,
  nowMs = Date.now(),
): Scanner {
  const made = isThorough ? thorough : scanners;
  const known = made.get(providers);
  if (known !== undefined) return known;
  const scanner = makeScanner({ providers, sha256, inflate, nowMs, isThorough });
  made.set(providers, scanner);
  return scanner;
}
