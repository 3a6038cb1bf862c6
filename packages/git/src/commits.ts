import { askKept } from "./objects/kept-reader.ts";
import { readObjects } from "./objects/read-objects.ts";
import type { Repository } from "./repository.ts";

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authoredAtMs: number;
  /** By the clock of whoever committed, to the second. */
  readonly committedAtMs: number;
}

/** Reads who made these commits, when and from what. @throws {@link GitError} GIT_OBJECT_MISSING */
export async function readCommits(
  repository: Repository,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Commit>> {
  const commits = new Map<string, Commit>();
  const wanted = [...new Set(ids)];
  const kept = (await askKept(repository, "contents", wanted))?.filter((one) => one !== null);
  // What is missing is thrown by the other way to read.
  const objects = kept?.length === wanted.length ? kept : readObjects(repository, new Set(wanted));
  for await (const { id, bytes } of objects) {
    const [head = ""] = bytes.toString("utf8").split("\n\n", 1);
    const author = /^author (?<name>.*?) ?<(?<email>[^>\n]*)> (?<seconds>-?\d+)/mu.exec(head)?.groups;
    const committed = /^committer .*> (?<seconds>-?\d+)/mu.exec(head)?.groups;
    commits.set(id, {
      id,
      parents: [...head.matchAll(/^parent (?<parent>[0-9a-f]+)$/gmu)].map(
        (line) => line.groups?.["parent"] ?? "",
      ),
      authorName: author?.["name"] ?? "",
      authorEmail: author?.["email"] ?? "",
      authoredAtMs: Number(author?.["seconds"] ?? 0) * 1000,
      committedAtMs: Number(committed?.["seconds"] ?? 0) * 1000,
    });
  }
  return commits;
}
