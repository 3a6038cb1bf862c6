import { GitError } from "./git-error.ts";
import type { ObjectFormat } from "./repository.ts";

export interface TreeEntry {
  /** Octal without leading zeros: 40000 is a folder, 120000 a symbolic link, 160000 a submodule. */
  readonly mode: string;
  /** Bytes as git stores them. */
  readonly name: Buffer;
  readonly id: string;
}

/**
 * Reads a tree object: `<mode> <name> NUL <id>`, one entry after another.
 *
 * @throws {@link GitError} GIT_BAD_OUTPUT for a truncated or invalid tree, with its id: a lost entry is an unscanned file.
 */
export function readTree(id: string, tree: Buffer, format: ObjectFormat): readonly TreeEntry[] {
  const idBytes = format === "sha256" ? 32 : 20;
  const entries: TreeEntry[] = [];
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const end = space === -1 ? -1 : tree.indexOf(0, space);
    const mode = tree.toString("latin1", at, Math.max(space, at));
    if (end === -1 || end === space + 1 || end + idBytes >= tree.length || !/^[0-7]{5,6}$/u.test(mode)) {
      throw new GitError("GIT_BAD_OUTPUT", `tree ${id} breaks off at byte ${at}`);
    }
    const next = end + 1 + idBytes;
    entries.push({
      mode,
      name: Buffer.from(tree.subarray(space + 1, end)),
      id: tree.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
}
