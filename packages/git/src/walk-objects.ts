import { GitError } from "./git-error.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { readObjects } from "./objects/read-objects.ts";
import type { GitObject, UnreadObject } from "./objects/git-object.ts";
import { readTree } from "./read-tree.ts";
import type { TreeEntry } from "./read-tree.ts";
import { listHeads, listRefs, listStashes } from "./refs.ts";
import type { Repository } from "./repository.ts";

export interface WalkOptions {
  /** Is told of every commit, tree and tag on the way that cannot be read; what lies behind it is unknown. */
  readonly onUnread: (object: UnreadObject) => void;
  /** Is told of every entry of every tree, by the first path under which the tree is met. */
  readonly onEntry?: (path: Buffer, entry: TreeEntry) => void;
}

/**
 * Lists the objects of a range by reading commits and trees ourselves: slower than git's own list, and where objects are
 * missing or damaged it lists everything that the others reach. Each object once, blobs unread, objects on which
 * `onUnread` was called left out.
 *
 * What cannot be read on the side of `exclude` excludes nothing, so that more is listed, never less.
 *
 * @throws {@link GitError} only when git itself cannot be asked.
 */
export async function* walkObjects(
  repository: Repository,
  { include, exclude, everything }: ObjectRange,
  options: WalkOptions,
): AsyncGenerator<readonly string[], void, undefined> {
  const seen = new Set<string>();
  const outside = { onUnread: () => {} };
  // All of it is walked before the rest begins.
  for await (const _ of walk(repository, exclude, seen, outside));
  const refs = everything === true ? [...(await listRefs(repository)), ...(await listHeads(repository))] : [];
  const stashes = everything === true ? await listStashes(repository) : [];
  const tips = [...include, ...refs.map(({ id }) => id), ...stashes];
  yield* walk(repository, tips, seen, options);
}

async function* walk(
  repository: Repository,
  tips: readonly string[],
  seen: Set<string>,
  { onUnread, onEntry = () => {} }: WalkOptions,
): AsyncGenerator<readonly string[], void, undefined> {
  const pathOf = new Map<string, Buffer>();
  const queue = makeQueue();
  const visit = (ids: readonly string[]): void => {
    const fresh = ids.filter((id) => !seen.has(id) && seen.add(id));
    queue.add(fresh);
  };
  visit(tips);
  const lost = (object: UnreadObject): void => {
    onUnread(object);
    queue.settle();
  };
  for await (const object of readObjects(repository, queue, { isInteractive: true, onUnread: lost })) {
    const reached = [object.id];
    try {
      if (object.type === "tree") {
        const folder = pathOf.get(object.id);
        pathOf.delete(object.id);
        for (const entry of readTree(object.id, object.bytes, repository.objectFormat)) {
          const path = folder === undefined ? entry.name : Buffer.concat([folder, slash, entry.name]);
          onEntry(path, entry);
          if (entry.mode === "160000" || seen.has(entry.id)) continue;
          if (isFolder(entry)) {
            pathOf.set(entry.id, path);
            visit([entry.id]);
          } else {
            seen.add(entry.id);
            reached.push(entry.id);
          }
        }
      } else {
        visit(linksOf(object));
      }
      yield reached;
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      onUnread({ id: object.id, reason: `is damaged: ${error.message}` });
    }
    queue.settle();
  }
}

const slash = Buffer.from("/");

const isFolder = ({ mode }: TreeEntry): boolean => mode === "40000" || mode === "040000";

/** Gives what a commit or tag leads to; nothing for a blob. */
function linksOf({ id, type, bytes }: GitObject): readonly string[] {
  if (type === "blob" || type === "tree") return [];
  const [head = ""] = bytes.toString("latin1").split("\n\n", 1);
  if (!/^(?:tree|object) [0-9a-f]+$/mu.test(head)) {
    throw new GitError("GIT_BAD_OUTPUT", `${type} ${id} does not say what it holds`);
  }
  return [...head.matchAll(/^(?:tree|parent|object) (?<id>[0-9a-f]+)$/gmu)].flatMap(
    (line) => line.groups?.["id"] ?? [],
  );
}

interface Queue extends AsyncIterable<readonly string[]> {
  add(ids: readonly string[]): void;
  /** Says that one of the ids is done with; when all are, the queue ends. */
  settle(): void;
}

// Ids are asked for as they are found, so a walk takes one git whatever its depth.
function makeQueue(): Queue {
  let waiting: string[] = [];
  let open = 0;
  let wake = (): void => {};
  return {
    add: (ids) => {
      waiting.push(...ids);
      open += ids.length;
      wake();
    },
    settle: () => {
      open -= 1;
      if (open === 0) wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const group = waiting;
        waiting = [];
        if (group.length > 0) yield group;
        else if (open === 0) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
