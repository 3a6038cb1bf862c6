import type { PatternChecksum } from "../pattern/checksum-rule.ts";
import type { EvidenceGrade, Surround } from "../pattern/key-pattern.ts";
import type { StructureName } from "../pattern/structure.ts";

/** One sort of key as the tables have it (docs/catalogue.schema.json). */
export interface CatalogueFormat {
  readonly id: string;
  readonly name: string;
  readonly pattern: string | readonly string[];
  /** An identifier only names a key or an account. */
  readonly kind: "secret" | "restricted" | "publishable" | "identifier";
  readonly evidence: EvidenceGrade;
  /** Where it is described: a file of rules, or the provider's own page. sources.tsv says how it was checked. */
  readonly source: string;
  /** How such a key is revoked; absent where that is not known. */
  readonly revoke?: string;
  /**
   * Whether GitHub's push protection stops it; absent where its list does not tell this sort from others. From
   * public-docs.yml of github/docs at 05a96e6.
   */
  readonly pushProtection?: boolean;
  readonly checksum?: PatternChecksum;
  readonly structure?: StructureName;
  readonly beside?: readonly string[];
  readonly around?: Surround;
  readonly services?: readonly string[];
  /** The day from which the provider takes no such key any more, as in `2024-03-31`; absent: none is known. */
  readonly ended?: string;
  readonly isRare?: true;
  /** Whether its prefix is shared with managed providers, so that it is read as one of their prefixes. */
  readonly isPrefixed?: true;
}

/** A provider as the tables have it. */
export interface CatalogueProvider {
  readonly id: string;
  readonly name: string;
  /** The provider's page about its keys, or where its documentation begins; absent where no address was confirmed. */
  readonly docs?: string;
  readonly variables?: readonly string[];
  readonly hosts?: readonly string[];
  readonly formats: readonly CatalogueFormat[];
}

/** A field of the catalogue: payments, cloud, … */
export interface CatalogueTable {
  readonly providers: readonly CatalogueProvider[];
}
