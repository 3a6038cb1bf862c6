import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";

/** A repository by what never changes: names are renamed, transferred and used again. */
export interface RepositoryId {
  readonly host: string;
  readonly repositoryId: number;
}

/** How much speaks for a text being a key. */
export type Confidence = "high" | "medium" | "low";

export interface Occurrence {
  readonly commit: string;
  /** Masked before it is stored where it holds a key. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface StoredOccurrence extends Occurrence {
  readonly seenAtMs: number;
}

/** What is known of a key that was found, wherever it occurs. */
interface FoundInRepository {
  readonly repository: RepositoryId;
  readonly fingerprint: Fingerprint;
  /** The best attribution; `null` when none leads. */
  readonly provider: string | null;
  readonly kind: KeyKind;
  /** `null` where nothing in the text says which. */
  readonly environment: Environment | null;
  readonly label: string;
  readonly redacted: string;
  /** Providers whose keys look like it, likeliest first. */
  readonly candidates: readonly string[];
  readonly confidence: Confidence;
}

export interface NewExposure extends FoundInRepository {
  readonly occurrences: readonly Occurrence[];
}

export interface Exposure extends FoundInRepository {
  readonly id: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly occurrences: readonly StoredOccurrence[];
}

/** Keys found in repositories: one exposure for a repository and fingerprint, however often it is found. */
export interface ExposureStore {
  /** Records a key at its occurrences. Doing it again changes nothing but `lastSeenAtMs` and new occurrences. */
  record(
    exposure: NewExposure,
  ): Promise<{ readonly exposure: Exposure; readonly isNew: boolean; readonly newOccurrences: number }>;
  get(repository: RepositoryId, fingerprint: Fingerprint): Promise<Exposure | null>;
  getById(id: number): Promise<Exposure | null>;
  /** By id, ascending: what is decided of each is in the decisions. */
  list(query?: {
    readonly repository?: RepositoryId;
    readonly afterId?: number;
    readonly limit?: number;
  }): Promise<readonly Exposure[]>;
  /** Everything known of a key over all repositories, oldest first. */
  listByFingerprint(fingerprint: Fingerprint): Promise<readonly Exposure[]>;
  /** Exposures of a repository with an occurrence in any of these commits, oldest first. */
  listByCommits(repository: RepositoryId, commits: readonly string[]): Promise<readonly Exposure[]>;
}
