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
  /** Whether it came before the listing for certain; otherwise about then, and only the ids tell. */
  readonly isSurelyBefore: boolean;
}

/** Refs as they were read once. */
export interface RefListing {
  /** Before the host was asked. */
  readonly listedAtMs: number;
  /** When its answer was whole. */
  readonly answeredAtMs: number;
  /** How many pushes were known before the host was asked, all of which came before the listing. */
  readonly pushesKnown: number;
  /** Object ids by {@link PushFact.ref}. */
  readonly refs: ReadonlyMap<string, string>;
}

export interface StoredRefListing extends RefListing {
  /** Whether all pushes that came before it are known; then it counts for good. */
  readonly isSettled: boolean;
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

/** The facts by which a key is history or came after. But for {@link ProvenanceStore.forgetUnread} they
 * only grow, so no order of arrival changes what they say. */
export interface ProvenanceStore {
  /** Call it in the transaction that accepts the delivery: a push that is forgotten makes a fresh key history. */
  recordPush(repository: RepositoryId, push: PushFact): Promise<void>;
  listPushes(repository: RepositoryId): Promise<readonly PushFact[]>;
  /**
   * Whether a push that was made after `untilMs` is needed to tell where its ref went before: one of that ref is known that may
   * have come before the listing or after it, and none between `untilMs` and this one.
   */
  isFirstAfterDoubt(
    repository: RepositoryId,
    push: Pick<PushFact, "ref" | "pushedAtMs">,
    untilMs: number,
  ): Promise<boolean>;
  /** How many pushes are known. */
  countPushes(repository: RepositoryId): Promise<number>;
  /** Records the refs of a repository in place of those before; a listing that is settled stays, and `false` says so. */
  recordListing(repository: RepositoryId, listing: RefListing): Promise<boolean>;
  /**
   * Settles the listing when no push became known since before the host was asked for it. Call it once the host was asked, after
   * its answer, for all pushes of before. `false` where the order of the pushes and the listing is not known.
   */
  settleListing(repository: RepositoryId): Promise<boolean>;
  /** The listing without its refs; `null` for a repository that was never listed. */
  getListingState(repository: RepositoryId): Promise<Omit<StoredRefListing, "refs"> | null>;
  getListing(repository: RepositoryId): Promise<StoredRefListing | null>;
  /** What {@link setJudgedBaseline} was told last; `null` before. */
  getJudgedBaseline(repository: RepositoryId): Promise<string | null>;
  /** Remembers, by any name, the baseline that the introductions so far were looked up with. */
  setJudgedBaseline(repository: RepositoryId, name: string): Promise<void>;
  recordHoldings(repository: RepositoryId, holdings: readonly Holding[]): Promise<void>;
  listHoldings(repository: RepositoryId): Promise<readonly Holding[]>;
  /** Forgets what stood for files that nobody had read, once they are: holdings and introductions of these fingerprints. */
  forgetUnread(repository: RepositoryId, fingerprints: readonly Fingerprint[]): Promise<void>;
  recordIntroductions(repository: RepositoryId, introductions: readonly StoredIntroduction[]): Promise<void>;
  listIntroductions(repository: RepositoryId): Promise<readonly StoredIntroduction[]>;
}
