import { catalogueFields, isLiteral } from "@keywarden/key-format";
import type {
  CatalogueFormat,
  CatalogueProvider,
  PatternVariant,
  ProviderProfile,
} from "@keywarden/key-format";

/** One sort of key that is found, and what is known of it. */
export interface KnownFormat {
  /** The provider and the sort of key, such as `github/classic-pat`, or the provider and the prefix. */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  /** The field of the catalogue; `managed` or `own` for others. */
  readonly field: string;
  readonly kind: string;
  /** How sure it is that text of this format is a key. */
  readonly evidence: string;
  readonly patterns: readonly string[];
  readonly beside: readonly string[];
  /** What the service is called in the name of the variable. */
  readonly services: readonly string[];
  /** What proves a key without a network, or speaks against it; absent where nothing does. */
  readonly proof?: string;
  /** The day from which the provider takes no such key any more. */
  readonly ended?: string;
  readonly source?: string;
  readonly docs?: string;
  readonly revoke?: string;
  readonly pushProtection?: boolean;
}

/** Lists every format that a scan with these providers finds, in the order of the providers. */
export function listKnownFormats(
  providers: readonly ProviderProfile[],
  own: ReadonlySet<string>,
): readonly KnownFormat[] {
  return providers.flatMap((provider) => {
    const { field } = provider;
    const entry =
      field === undefined
        ? undefined
        : catalogueFields[field]?.providers.find(({ id }) => id === provider.id);
    return entry === undefined || field === undefined
      ? formatsOf(provider, own.has(provider.id) ? "own" : "managed")
      : entry.formats.map((format) => fromCatalogue(format, entry, field));
  });
}

function fromCatalogue(format: CatalogueFormat, provider: CatalogueProvider, field: string): KnownFormat {
  const { pattern, beside = [], services = [], checksum, structure } = format;
  const { source, revoke, pushProtection, ended } = format;
  const proof = checksum === undefined ? structure : `${checksum.algorithm} checksum`;
  return {
    id: `${provider.id}/${format.id}`,
    provider: provider.name,
    name: format.name,
    field,
    kind: format.kind,
    evidence: format.evidence,
    patterns: [pattern].flat(),
    beside,
    services,
    ...(proof === undefined ? {} : { proof }),
    ...(ended === undefined ? {} : { ended }),
    source,
    ...(provider.docs === undefined ? {} : { docs: provider.docs }),
    ...(revoke === undefined ? {} : { revoke }),
    ...(pushProtection === undefined ? {} : { pushProtection }),
  };
}

function formatsOf(provider: ProviderProfile, field: string): readonly KnownFormat[] {
  const { id, name, formats, patterns = [] } = provider;
  return [
    ...formats.map(({ prefix, kind, environment, body, checksum }): KnownFormat => {
      const { length } = body;
      const size = typeof length === "number" ? `${length}` : `${length.min}-${length.max}`;
      return {
        id: `${id}/${prefix}`,
        provider: name,
        name: `${kind} key of ${environment}`,
        field,
        kind,
        evidence: body.stated ? "high" : "medium",
        patterns: [`${prefix}{${body.alphabet}:${size}}`],
        beside: [],
        services: [],
        ...(checksum === undefined ? {} : { proof: "crc32 checksum" }),
      };
    }),
    ...patterns.map((pattern): KnownFormat => ({
      id: `${id}/${pattern.id}`,
      provider: name,
      name: pattern.name,
      field,
      kind: pattern.isIdentifier ? "identifier" : pattern.kind,
      evidence: pattern.evidence,
      patterns: pattern.variants.map(spell),
      beside: pattern.beside ?? [],
      services: pattern.services ?? [],
      ...(pattern.checksum === undefined ? {} : { proof: `${pattern.checksum.algorithm} checksum` }),
    })),
  ];
}

function spell({ parts }: PatternVariant): string {
  return parts
    .map((part) => {
      if (isLiteral(part)) return part.literal;
      const size = part.min === part.max ? `${part.min}` : `${part.min}-${part.max}`;
      return `{${part.characters}:${size}}`;
    })
    .join("");
}
