import { GitError, lookUpOrigins, walkObjects } from "@keywarden/git";
import type { ObjectOrigin, ObjectRange, Repository, WantedObjects } from "@keywarden/git";

/** Where a blob or name is; the commit is null where the history cannot be asked for it. */
export type FoundOrigin = Omit<ObjectOrigin, "commit"> & { readonly commit: string | null };

export interface FoundOrigins {
  readonly origins: readonly FoundOrigin[];
  /** False where the commits could not be asked, so that what they changed is not known. */
  readonly isComplete: boolean;
  /** Why they could not, where that was not known before. */
  readonly problem: string | null;
}

/**
 * Finds the paths and commits that brought in what a scan found, from the trees alone where the history is damaged.
 *
 * @throws GitError when git itself cannot be asked.
 */
export async function findOrigins(
  repository: Repository,
  wanted: WantedObjects,
  range: ObjectRange,
  isBroken: boolean,
): Promise<FoundOrigins> {
  if (wanted.ids.length === 0 && (wanted.names ?? []).length === 0)
    return { origins: [], isComplete: true, problem: null };
  let problem: string | null = null;
  if (!isBroken) {
    try {
      const origins: FoundOrigin[] = [];
      for await (const origin of lookUpOrigins(repository, wanted, range)) origins.push(origin);
      return { origins, isComplete: true, problem };
    } catch (error) {
      if (!(error instanceof GitError) || error.code === "GIT_MISSING") throw error;
      problem = error.message;
    }
  }
  return { origins: await walkOrigins(repository, wanted, range), isComplete: false, problem };
}

async function walkOrigins(
  repository: Repository,
  { ids, names = [] }: WantedObjects,
  range: ObjectRange,
): Promise<readonly FoundOrigin[]> {
  const wanted = new Set(ids);
  const wantedNames = new Set(names.map((name) => name.toString("latin1")));
  const origins: FoundOrigin[] = [];
  const walk = walkObjects(repository, range, {
    onUnread: () => {},
    onEntry: (path, { id, mode, name }) => {
      if (!wanted.has(id) && !wantedNames.has(name.toString("latin1"))) return;
      origins.push({ id, path, mode, commit: null });
    },
  });
  for await (const _ of walk);
  return origins;
}
