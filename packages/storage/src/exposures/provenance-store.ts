import type { Fingerprint } from "@keywarden/key-format";
import type { RepositoryId } from "./exposure-store.ts";

/** A push that a delivery told of; zeros for `before` where it created the ref, for `after` where it deleted it. */
export interface PushFact {
  /** `X-GitHub-Delivery`: told again, it is the same fact. */
  readonly delivery: string;
  /** SHA-256 of the ref's full name, 64 lower-case hex: a name can hold a key. */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  /** By the repository host's clock. */
  readonly pushedAtMs: number;
}

/** Refs as they were read once, by {@link PushFact.ref}. */
export interface StoredRefListing {
  readonly listedAtMs: number;
  readonly refs: ReadonlyMap<string, string>;
}

/** An object of a repository, and a key that is in it. */
export interface Holding {
  readonly objectId: string;
  readonly fingerprint: Fingerprint;
}

/** A commit, a tag or a ref's name that brought a key in after the App was given the repository. */
export interface StoredIntroduction {
  readonly fingerprint: Fingerprint;
  /** The id of the commit or tag, or `ref:` and {@link PushFact.ref}. */
  readonly by: string;
}

/** The facts by which a key is history or came after. They only grow, so no order of arrival changes what they say. */
export interface ProvenanceStore {
  /** Call it in the transaction that accepts the delivery: a push that is forgotten makes a fresh key history. */
  recordPush(repository: RepositoryId, push: PushFact): Promise<void>;
  listPushes(repository: RepositoryId): Promise<readonly PushFact[]>;
  /** Records the refs of a repository at first sight; a listing that is there stays, and `false` says so. */
  recordListing(repository: RepositoryId, listing: StoredRefListing): Promise<boolean>;
  /** When the listing was made, without its refs; `null` for a repository that was never listed. */
  getListedAt(repository: RepositoryId): Promise<number | null>;
  getListing(repository: RepositoryId): Promise<StoredRefListing | null>;
  /** What {@link setJudgedBaseline} was told last; `null` before. */
  getJudgedBaseline(repository: RepositoryId): Promise<string | null>;
  /** Remembers, by any name, the baseline that the introductions so far were looked up with. */
  setJudgedBaseline(repository: RepositoryId, name: string): Promise<void>;
  recordHoldings(repository: RepositoryId, holdings: readonly Holding[]): Promise<void>;
  listHoldings(repository: RepositoryId): Promise<readonly Holding[]>;
  recordIntroductions(repository: RepositoryId, introductions: readonly StoredIntroduction[]): Promise<void>;
  listIntroductions(repository: RepositoryId): Promise<readonly StoredIntroduction[]>;
}
