import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import type { FindingId } from "./finding-id.ts";
import type { Confidence } from "../match/match.ts";

export type LocationKind = "content" | "path" | "link";

/** A match at a location that policy reports; it holds nothing that reveals the key. */
export interface Finding {
  /** What policy does about it: `block` makes the scan fail, `warn` only tells. */
  readonly action: "block" | "warn";
  /** Absent in a repository without a baseline key. */
  readonly id?: FindingId;
  readonly provider: string | null;
  readonly candidates: readonly string[];
  readonly kind: KeyKind;
  /** `null` where nothing in the text says which. */
  readonly environment: Environment | null;
  readonly label: string;
  /** The sort of key, such as `github/classic-pat`; absent where a prefix alone tells it. */
  readonly format?: string;
  /** The repository that `path` is in, as it was named; absent where only one was scanned. */
  readonly repository?: string;
  /** With `/` between folders; keys inside the path itself are redacted. */
  readonly path: string;
  /** Where the key stands: in the bytes, in the path itself, or in the target of a symbolic link. */
  readonly locationKind: LocationKind;
  /** The path inside the archive at `path` in which the key stands, and to which line and columns belong; absent elsewhere. */
  readonly member?: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly redacted: string;
  readonly fingerprint: Fingerprint;
  readonly confidence: Confidence;
  readonly reason: string;
  /** A comment of another scanner that stands beside the key and accepts nothing here, such as `gitleaks:allow`. */
  readonly foreignAllow?: string;
  /** The oldest scanned commit that holds the key at this path, as all of these absent where no commits are scanned. */
  readonly commit?: string;
  /** Its author's name and address. */
  readonly author?: string;
  /** When it was written, ISO 8601 in UTC. */
  readonly date?: string;
  /** How often the same key is at this path besides, in this version or another. */
  readonly others?: number;
}
