import type { RepositoryId } from "./exposure-store.ts";

/**
 * `active`: its refs are swept and its pushes scanned. `suspended`: the installation is. `uninstalled`: the App was
 * taken away from it. `unreachable`: the host does not know it any more.
 */
export type RepositoryState = "active" | "suspended" | "uninstalled" | "unreachable";

/** What is known of a repository now; only its id never changes. */
export interface KnownRepository {
  readonly repository: RepositoryId;
  readonly owner: string;
  readonly name: string;
  readonly installationId: number;
  readonly isPrivate: boolean;
  readonly state: RepositoryState;
  /** When the host was last heard to say so. */
  readonly learntAtMs: number;
  /** When all of its refs were last compared with what was scanned; `null` before. */
  readonly sweptAtMs: number | null;
  /** Digest of the refs at that time. */
  readonly sweptRefs: string | null;
  /** When all of its history had been scanned; `null` before. */
  readonly backfilledAtMs: number | null;
  /**
   * When it was made, by the host's clock, where the App was told so: it has had it from the first, and nothing in it is
   * history. `null` where nobody has said so, as of one that is older or was given later.
   */
  readonly madeAtMs: number | null;
}

export interface RepositoryStore {
  /** Records what the host says of a repository, which makes it active; older news than the last changes nothing. */
  learn(
    repository: RepositoryId,
    news: Pick<KnownRepository, "owner" | "name" | "installationId" | "isPrivate"> & {
      /** By the host's clock; `null` for an answer that it gave just now. */
      readonly atMs: number | null;
    },
  ): Promise<{ readonly isNew: boolean; readonly becamePublic: boolean }>;
  setState(repository: RepositoryId, state: RepositoryState): Promise<void>;
  /** With `null` for refs that a later sweep has to look at anew, though they have not moved. */
  setSwept(
    repository: RepositoryId,
    swept: { readonly sweptAtMs: number; readonly sweptRefs: string | null },
  ): Promise<void>;
  setBackfilled(repository: RepositoryId, backfilledAtMs: number): Promise<void>;
  /** Records that the App has had it from the first; `false` when that is known. Its refs are looked at anew. */
  setMade(repository: RepositoryId, madeAtMs: number): Promise<boolean>;
  get(repository: RepositoryId): Promise<KnownRepository | null>;
  /** By host and id, ascending. */
  list(query?: {
    readonly state?: RepositoryState;
    readonly installationId?: number;
  }): Promise<readonly KnownRepository[]>;
}
