import { keywarden, type ManagedProvider, type ProviderProfile } from "@keywarden/key-format";

/** All that must reach neither log, answer nor database in full: the providers' keys and the server's own tokens. */
export function secretFormats(providers: readonly ManagedProvider[]): readonly ProviderProfile[] {
  return [...providers, keywarden];
}
