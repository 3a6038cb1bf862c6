import type { Environment, Fingerprint, KeyKind } from "@keywarden/key-format";
import type { NewAuditEntry } from "../audit/audit-log.ts";

/** A repository by what never changes: names are renamed, transferred and used again. */
export interface RepositoryId {
  readonly host: string;
  readonly repositoryId: number;
}

/**
 * `detected`: found, nobody asked yet. `confirmed`: its owner issued it and it works. `revoked`: ended because of
 * this. `inactive`: its owner had ended it before. `not-ours`: no configured owner issued it. `reported`: policy
 * only reports it. `withheld`: it would be revoked, were the app armed.
 */
export type ExposureState =
  | "detected"
  | "confirmed"
  | "revoked"
  | "inactive"
  | "not-ours"
  | "reported"
  | "withheld";

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

export interface NewExposure {
  readonly repository: RepositoryId;
  readonly fingerprint: Fingerprint;
  /** The best attribution; `null` when none leads. */
  readonly provider: string | null;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly redacted: string;
  readonly occurrences: readonly Occurrence[];
}

export interface Exposure {
  readonly id: number;
  readonly repository: RepositoryId;
  readonly fingerprint: Fingerprint;
  readonly provider: string | null;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly redacted: string;
  readonly state: ExposureState;
  readonly keyId: string | null;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly occurrences: readonly StoredOccurrence[];
}

/** Keys found in repositories: one exposure for a repository and fingerprint, however often it is found. */
export interface ExposureStore {
  /** Records a key at its places. Doing it again changes nothing but `lastSeenAtMs` and places that are new. */
  record(
    exposure: NewExposure,
  ): Promise<{ readonly exposure: Exposure; readonly isNew: boolean; readonly newOccurrences: number }>;
  get(repository: RepositoryId, fingerprint: Fingerprint): Promise<Exposure | null>;
  /** Everything known of a key over all repositories, oldest first. */
  listByFingerprint(fingerprint: Fingerprint): Promise<readonly Exposure[]>;
  /** Exposures of a repository with an occurrence in any of these commits, oldest first. */
  listByCommits(repository: RepositoryId, commits: readonly string[]): Promise<readonly Exposure[]>;
  /** Sets what is known of an exposure now; `false` when there is none. The audit entry goes into the same transaction. */
  setState(
    id: number,
    change: { readonly state: ExposureState; readonly provider?: string; readonly keyId?: string | null },
    audit?: NewAuditEntry,
  ): Promise<boolean>;
  counts(): Promise<Readonly<Record<ExposureState, number>>>;
}
