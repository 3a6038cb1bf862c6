import { findFormat, generateKey } from "@keywarden/key-format";
import type { Environment, KeyKind, ProviderProfile, Secret } from "@keywarden/key-format";
import { makeRandom } from "./random.ts";

export interface WantedKey {
  readonly kind: KeyKind;
  readonly environment: Environment;
}

/**
 * Makes a key in a provider's real format; the same seed gives the same key.
 *
 * @throws Error when the provider has no format of that kind and environment.
 */
export function makeKey(provider: ProviderProfile, wanted: WantedKey, seed = 1): Secret {
  const format = findFormat(provider, wanted);
  if (format === undefined) {
    throw new Error(`${provider.id} has no ${wanted.kind} key for ${wanted.environment}`);
  }
  return generateKey(format, makeRandom(seed));
}
