import { GitError } from "@keywarden/git";
import type { ObjectFormat } from "@keywarden/git";

/** Reads the names out of a tree object: `<mode> <name> NUL <id>`, one after another. @throws GitError GIT_BAD_OUTPUT */
export function readTreeNames(tree: Buffer, format: ObjectFormat): readonly Buffer[] {
  const idBytes = format === "sha256" ? 32 : 20;
  const names: Buffer[] = [];
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const end = space === -1 ? -1 : tree.indexOf(0, space);
    if (end === -1 || end + idBytes >= tree.length + 1) {
      throw new GitError("GIT_BAD_OUTPUT", "git delivered a tree that breaks off");
    }
    names.push(Buffer.from(tree.subarray(space + 1, end)));
    at = end + 1 + idBytes;
  }
  return names;
}
