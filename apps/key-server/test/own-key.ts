import { builtInProviders, findFormat, generateKey, type ManagedProvider } from "@keywarden/key-format";
import { makeRandom, sha256 as hashOf } from "@keywarden/testing";

const liveAforo = formatOf("aforo");

export function formatOf(id: string, providers: readonly ManagedProvider[] = builtInProviders) {
  const profile = providers.find((one) => one.id === id);
  const format = profile && findFormat(profile, { kind: "secret", environment: "production" });
  if (format === undefined) throw new Error(`${id} has no live secret keys`);
  return format;
}

/** A key that a caller generated, and what it says of it. */
export function ownKey(seed: number, format = liveAforo) {
  const secret = generateKey(format, makeRandom(seed));
  const facts = {
    sha256: hashOf(secret.reveal()),
    prefix: format.prefix,
    length: `${secret.reveal().length}`,
  };
  return { secret, header: headerOf({ ...facts, ending: secret.reveal().slice(-4) }), facts };
}

export const headerOf = (facts: Record<string, string>) =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
