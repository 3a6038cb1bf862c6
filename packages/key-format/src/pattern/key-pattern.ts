import type { KeyKind } from "../key-kind.ts";
import type { PatternChecksum } from "./checksum-rule.ts";
import type { PatternVariant } from "./pattern-variant.ts";
import type { StructureName } from "./structure.ts";

/** How sure it is that text of a pattern is such a key: `high` where it can hardly be anything else. */
export type EvidenceGrade = "high" | "medium" | "low";

/**
 * What stands around a secret and tells where it is: a JSON Web Key, a key id of AWS, the id or host of another service, an
 * address for authenticators or with a login, a string of settings for a connection, a login in base64, a line of .netrc or
 * .npmrc, a call of curl, or a query that is signed.
 */
export type Surround =
  | "jwk"
  | "aws-key-id"
  | "identifier"
  | "otpauth"
  | "login"
  | "connection"
  | "basic"
  | "netrc"
  | "npmrc"
  | "curl"
  | "signed-query";

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
  /** What of the names in `beside` is looked around for the key; absent: it stands behind the name. */
  readonly around?: Surround;
  /**
   * What the service is called, of which one is a part of the name in front of the key, as in `ACME_DEPLOY_TOKEN`: in lower
   * case, with `_` between words. That name must also say that it holds a credential.
   */
  readonly services?: readonly string[];
  /** The day from which the provider takes no such key any more, as in `2024-03-31`. */
  readonly ended?: string;
  /** Whether only a thorough scan looks for it: one of hundreds of small services. */
  readonly isRare?: boolean;
}
