import type { KeyPattern } from "../pattern/key-pattern.ts";
import { makeVariants } from "../pattern/make-variants.ts";
import { isLiteral } from "../pattern/pattern-part.ts";
import type { PatternVariant } from "../pattern/pattern-variant.ts";
import type { BodyRule, KeyFormat, ProviderProfile } from "../profile.ts";
import type { CatalogueFormat, CatalogueProvider } from "./catalogue-entry.ts";
import { catalogueFields } from "./catalogue-fields.ts";
import { isBlockStructure } from "../pattern/structure.ts";

/** The providers whose keys are known in public and only found here, in the order of the fields and then by id. */
export const catalogueProviders: readonly ProviderProfile[] = Object.entries(catalogueFields).flatMap(
  ([field, { providers }]) => providers.map((provider) => ({ ...profileOf(provider), field })),
);

function profileOf(provider: CatalogueProvider): ProviderProfile {
  const { id, name, formats, variables = [], hosts = [] } = provider;
  const prefixed = formats.filter(({ isPrefixed }) => isPrefixed === true);
  const others = formats.filter(({ isPrefixed }) => isPrefixed !== true);
  return {
    id,
    name,
    formats: prefixed.flatMap((format) =>
      variantsOf(format).map((variant) => prefixedFormat(format, variant)),
    ),
    patterns: others.map(patternOf),
    publishedExamples: [],
    variables: variables.map((variable) => ({ name: variable, holds: "key" })),
    hosts: hosts.map((host) => ({ host, purpose: "api", environment: null })),
  };
}

function patternOf(format: CatalogueFormat): KeyPattern {
  const { id, name, kind, evidence, checksum, structure, beside, around, services, ended, isRare } = format;
  return {
    id,
    name,
    kind: kind === "identifier" ? "publishable" : kind,
    isIdentifier: kind === "identifier",
    evidence,
    variants: variantsOf(format),
    ...(checksum === undefined ? {} : { checksum }),
    ...(structure === undefined ? {} : { structure }),
    ...(beside === undefined ? {} : { beside }),
    ...(around === undefined ? {} : { around }),
    ...(services === undefined ? {} : { services }),
    ...(ended === undefined ? {} : { ended }),
    ...(isRare === undefined ? {} : { isRare }),
  };
}

function variantsOf({
  id,
  pattern,
  beside,
  services,
  structure,
}: CatalogueFormat): readonly PatternVariant[] {
  const sources = typeof pattern === "string" ? [pattern] : pattern;
  return sources.flatMap((source) => {
    const made = makeVariants(source, {
      isLedTo: (beside ?? services) !== undefined,
      hasBlock: isBlockStructure(structure),
    });
    if (!made.ok) throw new Error(`the catalogue's ${id}, ${source}: ${made.problem.message}`);
    return made.variants;
  });
}

function prefixedFormat({ id, kind }: CatalogueFormat, variant: PatternVariant): KeyFormat {
  const [, run] = variant.parts;
  const { deployment } = variant;
  if (run === undefined || isLiteral(run) || deployment === undefined || kind === "identifier") {
    throw new Error(`the catalogue's ${id} is no prefix with an environment and a body`);
  }
  const body: BodyRule = {
    alphabet: run.characters as BodyRule["alphabet"],
    length: run.min === run.max ? run.min : { min: run.min, max: run.max },
    stated: run.min === run.max,
    issuedLength: run.min,
  };
  return { prefix: variant.prefix, kind, environment: deployment.environment, label: deployment.label, body };
}
