import { lookUpFilesAt, readObjects } from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { ConfigError, configFile, leastOfUnreadable, readLeastActions } from "@keywarden/repository-config";
import type { LeastAction } from "@keywarden/storage";

/** What commits ask the App to do at least, by their own keywarden.json. */
export interface LeastActions {
  of(commits: readonly string[]): readonly LeastAction[];
  /** Commits with a keywarden.json that cannot be used, so that nobody knows what they ask for. */
  readonly unusable: ReadonlySet<string>;
}

// Whoever can push decides how large such a file is and how many there are; what a team writes is far below.
const longestBytes = 256 * 1_024;
const mostFiles = 200;

/**
 * Reads what these commits ask for. A file that is too large, or cannot be understood, asks for what costs nobody a key:
 * that nothing is ignored.
 *
 * @throws GitError
 */
export async function lookUpLeastActions(
  mirror: Repository,
  commits: readonly string[],
): Promise<LeastActions> {
  const files = await lookUpFilesAt(mirror, commits, configFile);
  const small = [...files.values()].filter(({ sizeBytes }) => sizeBytes <= longestBytes);
  const wanted = new Set(
    small
      .map(({ id }) => id)
      .toSorted()
      .slice(0, mostFiles),
  );
  const byFile = new Map<string, readonly LeastAction[]>();
  for await (const { id, bytes } of readObjects(mirror, wanted, { onUnread: () => {} })) {
    const least = readUsable(bytes.toString("utf8"));
    if (least !== null) byFile.set(id, least);
  }
  const unusable = new Set([...files].flatMap(([commit, { id }]) => (byFile.has(id) ? [] : [commit])));
  return {
    unusable,
    of: (some) =>
      some.flatMap((commit) => {
        const file = files.get(commit);
        return file === undefined ? [] : (byFile.get(file.id) ?? leastOfUnreadable());
      }),
  };
}

function readUsable(source: string): readonly LeastAction[] | null {
  try {
    return readLeastActions(source);
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
