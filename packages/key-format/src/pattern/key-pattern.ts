import type { KeyKind } from "../key-kind.ts";
import type { PatternChecksum } from "./checksum-rule.ts";
import type { PatternVariant } from "./pattern-variant.ts";
import type { StructureName } from "./structure.ts";

/** How sure it is that text of a pattern is such a key: `high` where it can hardly be anything else. */
export type EvidenceGrade = "high" | "medium" | "low";

/** A sort of key that is written in several parts, and is found only whole (key-formats.md §14). */
export interface KeyPattern {
  /** Kebab-case, once in a provider. */
  readonly id: string;
  /** What its provider calls such a key, without the provider's name. */
  readonly name: string;
  readonly kind: KeyKind;
  /** Whether it only names a key or an account: it is never reported. */
  readonly isIdentifier: boolean;
  readonly evidence: EvidenceGrade;
  readonly variants: readonly PatternVariant[];
  readonly checksum?: PatternChecksum;
  readonly structure?: StructureName;
  /** Names of which one stands before the key, close to it, where the text alone would say too little. */
  readonly beside?: readonly string[];
}
