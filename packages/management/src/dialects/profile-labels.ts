import assert from "node:assert/strict";
import type { Environment, KeyFormat, KeyKind, ManagedProvider } from "@keywarden/key-format";

/** Translates between the provider's own words and the normalised ones, from the formats of its profile. */
export interface ProfileWords {
  readonly labels: readonly string[];
  readonly prefixes: readonly string[];
  labelOf(environment: Environment): string;
  environmentOf(label: string): Environment;
  describePrefix(prefix: string): { readonly kind: KeyKind; readonly environment: Environment };
}

export function profileWords(provider: ManagedProvider): ProfileWords {
  const formatBy = (matches: (format: KeyFormat) => boolean, what: string): KeyFormat => {
    const format = provider.formats.find(matches);
    assert(format !== undefined, `${provider.id} has no key format for ${what}`);
    return format;
  };
  return {
    labels: [...new Set(provider.formats.map((format) => format.label))],
    prefixes: provider.formats.map((format) => format.prefix),
    // Reads are guarded by the schema; on writes, an environment that the provider lacks goes out as the word
    // itself, and the other side refuses it as it would refuse any caller's.
    labelOf: (environment) =>
      provider.formats.find((format) => format.environment === environment)?.label ?? environment,
    environmentOf: (label) => formatBy((format) => format.label === label, label).environment,
    describePrefix: (prefix) => formatBy((format) => format.prefix === prefix, prefix),
  };
}
