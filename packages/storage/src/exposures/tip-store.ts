import type { RepositoryId } from "./exposure-store.ts";

/** Objects of a repository up to which everything reachable has been scanned. */
export interface TipStore {
  /**
   * Adds tips and drops those in `supersedes`, which the new ones reach. Call it in the transaction that completes
   * the scan: a tip that is stored before its findings would hide them after a crash.
   */
  add(
    repository: RepositoryId,
    objectIds: readonly string[],
    options?: { readonly supersedes?: readonly string[] },
  ): Promise<void>;
  /** In the order they were added; empty for a repository that was never scanned. */
  list(repository: RepositoryId): Promise<readonly string[]>;
  /** Forgets a repository's tips, so that the next scan sees everything again. */
  clear(repository: RepositoryId): Promise<void>;
}
