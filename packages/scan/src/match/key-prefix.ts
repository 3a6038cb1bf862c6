import { isLiteral, spellService, spellTogether } from "@keywarden/key-format";
import type {
  AlphabetName,
  KeyFormat,
  KeyPattern,
  PatternVariant,
  ProviderProfile,
  ServiceSpelling,
} from "@keywarden/key-format";

/** A spelling of a pattern that a text leads to. */
export interface LedPattern {
  readonly provider: ProviderProfile;
  readonly pattern: KeyPattern;
  readonly variant: PatternVariant;
  /** Whether the text is a name in front of the key, and no part of it. */
  readonly isBeside: boolean;
  /** What the text spells, where it is a service's name that the name in front of the key must hold. */
  readonly service?: ServiceSpelling;
}

/** What all formats that begin alike have in common: what to look for, and how far a body can run. */
export interface KeyPrefix {
  readonly text: string;
  /** The patterns that this text leads to; a prefix may have these alone, and no format. */
  readonly patterns: readonly LedPattern[];
  readonly formats: readonly { readonly provider: ProviderProfile; readonly format: KeyFormat }[];
  /** Every alphabet of these formats, widest first. */
  readonly alphabets: readonly AlphabetName[];
  readonly shortestBody: number;
}

const widestFirst: readonly AlphabetName[] = ["base64url", "base62", "base58", "base36", "hex"];

/**
 * Groups the formats and patterns of all providers by what leads to them, the longest text first.
 *
 * @param isThorough whether the rare ones are among them
 */
export function groupByPrefix(
  providers: readonly ProviderProfile[],
  isThorough = false,
): readonly KeyPrefix[] {
  const entries = providers.flatMap((provider) => provider.formats.map((format) => ({ provider, format })));
  const byPrefix = Map.groupBy(entries, ({ format }) => format.prefix);
  const patterns = Map.groupBy(
    providers.flatMap((provider) => leadsOf(provider, isThorough)),
    ({ text }) => text,
  );
  return Array.from(new Set([...byPrefix.keys(), ...patterns.keys()]), (text) => {
    const formats = byPrefix.get(text) ?? [];
    const used = new Set(formats.map(({ format }) => format.body.alphabet));
    const shortest = formats.map(({ format: { body } }) =>
      typeof body.length === "number" ? body.length : body.length.min,
    );
    return {
      text,
      patterns: (patterns.get(text) ?? []).map(({ led }) => led),
      formats,
      alphabets: widestFirst.filter((name) => used.has(name)),
      shortestBody: Math.min(...shortest),
    };
  }).sort((one, other) => other.text.length - one.text.length || (one.text < other.text ? -1 : 1));
}

interface Lead {
  readonly text: string;
  readonly led: LedPattern;
}

function leadsOf(provider: ProviderProfile, isThorough: boolean): readonly Lead[] {
  const patterns = (provider.patterns ?? []).filter(({ isRare }) => isThorough || isRare !== true);
  return patterns.flatMap((pattern) => {
    const { services = [] } = pattern;
    const names =
      isThorough && services.length > 1
        ? spellTogether(services)
        : services.flatMap((service) => spellService(service, isThorough));
    return pattern.variants.flatMap((variant): readonly Lead[] => {
      const led = { provider, pattern, variant };
      if (pattern.beside !== undefined) {
        return pattern.beside.map((text) => ({ text, led: { ...led, isBeside: true } }));
      }
      if (pattern.services !== undefined) {
        return names.map((service) => ({ text: service.text, led: { ...led, isBeside: true, service } }));
      }
      const part = variant.parts[variant.anchor];
      return part !== undefined && isLiteral(part)
        ? [{ text: part.literal, led: { ...led, isBeside: false } }]
        : [];
    });
  });
}
