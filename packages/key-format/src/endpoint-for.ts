import { findUnreadable, type ParseFailure } from "./parse-key.ts";
import type { Environment, KeyKind } from "./key-kind.ts";
import type { ProviderHost, ProviderProfile } from "./profile.ts";
import { Secret } from "./redaction/secret.ts";
import { withoutScheme } from "./redaction/secret-token.ts";
import { splitKey } from "./split-key.ts";

/** Where a key may be sent: bare host names for https, `null` where the provider's document names none. */
export interface Endpoint {
  readonly ok: true;
  readonly environment: Environment;
  readonly kind: KeyKind;
  /** Where events go. */
  readonly ingest: string | null;
  /** Where the API's own calls go. */
  readonly api: string | null;
  /** Where keys are made and revoked. */
  readonly management: string | null;
}

export type EndpointResult =
  | Endpoint
  | { readonly ok: false; readonly reason: ParseFailure; readonly message: string };

/**
 * Chooses the hosts for a key of a provider by its prefix alone (key-formats.md §13); lengths and checksums are for `validateKey`.
 *
 * Never throws, and never guesses: a key with another provider's prefix has no endpoint, and a host of another environment
 * is never returned. The message contains no part of the key.
 */
export function endpointFor(key: Secret | string, provider: ProviderProfile): EndpointResult {
  const text = withoutScheme(key instanceof Secret ? key.reveal() : key);
  const unreadable = findUnreadable(text);
  if (unreadable !== null) return { ok: false, ...unreadable };
  const split = splitKey(text, [provider]);
  if (split === null) {
    const prefixes = provider.formats.map(({ prefix }) => prefix).join(", ");
    const message = `keys of ${provider.name} start with ${prefixes}`;
    return { ok: false, reason: "unknown-prefix", message };
  }
  if (split.rest === "") {
    return { ok: false, reason: "no-body", message: `nothing follows the prefix ${split.prefix}` };
  }
  const [{ format }] = split.formats;
  const { environment, kind } = format;
  return {
    ok: true,
    environment,
    kind,
    ingest: hostFor(provider, "ingest", environment),
    api: hostFor(provider, "api", environment),
    management: hostFor(provider, "management", environment),
  };
}

function hostFor(
  { hosts }: ProviderProfile,
  purpose: ProviderHost["purpose"],
  environment: Environment,
): string | null {
  const serving = hosts.filter((host) => host.purpose === purpose);
  const own = serving.find((host) => host.environment === environment);
  return (own ?? serving.find((host) => host.environment === null))?.host ?? null;
}
