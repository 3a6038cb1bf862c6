import type { AlphabetName, KeyFormat, ProviderProfile } from "@keywarden/key-format";

/** What all formats that begin alike have in common: what to look for, and how far a body can run. */
export interface KeyPrefix {
  readonly text: string;
  readonly formats: readonly { readonly provider: ProviderProfile; readonly format: KeyFormat }[];
  /** Every alphabet of these formats, widest first. */
  readonly alphabets: readonly AlphabetName[];
  readonly shortestBody: number;
}

const widestFirst: readonly AlphabetName[] = ["base64url", "base62", "base58", "base36", "hex"];

/** Groups the formats of all providers by prefix, the longest prefix first. */
export function groupByPrefix(providers: readonly ProviderProfile[]): readonly KeyPrefix[] {
  const entries = providers.flatMap((provider) => provider.formats.map((format) => ({ provider, format })));
  const byPrefix = Map.groupBy(entries, ({ format }) => format.prefix);
  return Array.from(byPrefix, ([text, formats]) => {
    const used = new Set(formats.map(({ format }) => format.body.alphabet));
    const shortest = formats.map(({ format: { body } }) =>
      typeof body.length === "number" ? body.length : body.length.min,
    );
    return {
      text,
      formats,
      alphabets: widestFirst.filter((name) => used.has(name)),
      shortestBody: Math.min(...shortest),
    };
  }).sort((one, other) => other.text.length - one.text.length || (one.text < other.text ? -1 : 1));
}
