import type { Excerpt } from "./excerpt.ts";
import type { EncodingName } from "../decoders/decoder.ts";
import type { Environment, Fingerprint, KeyKind, Secret } from "@keywarden/key-format";

export type MatchVerdict = "key" | "malformed" | "placeholder" | "published-example";

/** How sure the scanner is that this text is a working key; ordered `low` < `medium` < `high`. */
export type Confidence = "low" | "medium" | "high";

/** Text that has a format's prefix and a body, where it stands and what it is taken for. */
export interface Match {
  readonly secret: Secret;
  readonly fingerprint: Fingerprint;
  /** Byte offsets into the scanned bytes, end exclusive; in text given as a string, of its UTF-8 form. */
  readonly start: number;
  readonly end: number;
  /** One-based. */
  readonly line: number;
  /** One-based, in UTF-16 code units as editors count; a byte that is not UTF-8 counts as one. */
  readonly column: number;
  /** Exclusive, on the same line. */
  readonly endColumn: number;
  /** How the key is written; the offsets and columns are those of this form. */
  readonly encoding: EncodingName;
  /**
   * The path inside an archive in which the key stands; absent elsewhere. The offsets are then those of the packed
   * file in the archive, line and column those of its content.
   */
  readonly member?: string;
  readonly prefix: string;
  /** The provider and the sort of key, such as `github/classic-pat`, where a pattern accepts it; absent elsewhere. */
  readonly format?: string;
  readonly kind: KeyKind;
  /** `null` where nothing in the text says which. */
  readonly environment: Environment | null;
  /** The provider's own word for the environment, such as `live` or `sand`. */
  readonly label: string;
  /** The provider whose evidence strictly leads; `null` when two are equally likely. */
  readonly provider: string | null;
  /** Every provider that issues keys with this prefix, likeliest first. */
  readonly candidates: readonly string[];
  /** Sentences that speak for the first candidate. */
  readonly evidence: readonly string[];
  readonly verdict: MatchVerdict;
  readonly confidence: Confidence;
  /** Whether nothing in the text says if it still opens anything: policy warns of it though it is not sure. */
  readonly isUndecided?: true;
  /** A sentence fragment for people; it never contains the key. */
  readonly reason: string;
  readonly redacted: string;
  readonly excerpt: Excerpt;
  /** The reason of a `keywarden:allow` beside the key; empty when it gives none, `null` where there is none. */
  readonly inlineAllow: string | null;
  /** The comment of another scanner beside the key, such as `gitleaks:allow`, which accepts nothing here; absent where there is none. */
  readonly foreignAllow?: string;
}
