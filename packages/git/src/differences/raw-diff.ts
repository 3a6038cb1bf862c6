import { GitError } from "../git-error.ts";
import { isObjectId, isZeroId } from "../object-id.ts";

/** One record of `--raw -z` with renames off. */
export interface RawDifference {
  /** A added, M modified, D deleted, T type changed, U unmerged. */
  readonly status: string;
  /** Octal: 100644, 100755, 120000 symbolic link, 160000 submodule, 000000 absent. */
  readonly oldMode: string;
  readonly newMode: string;
  /** Null where the side is absent; a submodule's commit where the mode is 160000. */
  readonly oldId: string | null;
  readonly newId: string | null;
  /** Bytes as git stores them, separated by `/`. */
  readonly path: Buffer;
}

const header =
  /^:(?<oldMode>[0-7]{6}) (?<newMode>[0-7]{6}) (?<oldId>[0-9a-f]+) (?<newId>[0-9a-f]+) (?<status>[A-Z])$/u;

/** @throws {@link GitError} GIT_BAD_OUTPUT for anything but complete records, because a record lost is a file unscanned. */
export function parseRawDifferences(output: Buffer): readonly RawDifference[] {
  const differences: RawDifference[] = [];
  for (let at = 0; at < output.length;) {
    const headerEnd = output.indexOf(0, at);
    const pathEnd = headerEnd === -1 ? -1 : output.indexOf(0, headerEnd + 1);
    const fields = header.exec(output.toString("latin1", at, Math.max(headerEnd, at)))?.groups;
    if (pathEnd === -1 || fields === undefined || pathEnd === headerEnd + 1) {
      throw new GitError("GIT_BAD_OUTPUT", `git wrote a difference that cannot be read, at byte ${at}`);
    }
    const { oldMode = "", newMode = "", oldId = "", newId = "", status = "" } = fields;
    // A substring keeps the whole string in memory, and an index may have a hundred thousand entries: ids are copied.
    const newIdStart = headerEnd - 2 - newId.length;
    const oldIdStart = newIdStart - 1 - oldId.length;
    differences.push({
      status: shared(status),
      oldMode: shared(oldMode),
      newMode: shared(newMode),
      oldId: presentId(output.toString("latin1", oldIdStart, oldIdStart + oldId.length)),
      newId: presentId(output.toString("latin1", newIdStart, newIdStart + newId.length)),
      path: output.subarray(headerEnd + 1, pathEnd),
    });
    at = pathEnd + 1;
  }
  return differences;
}

// Modes and states are few.
const sharedTexts = new Map<string, string>();

function shared(text: string): string {
  const known = sharedTexts.get(text);
  if (known === undefined) sharedTexts.set(text, text);
  return known ?? text;
}

function presentId(id: string): string | null {
  if (!isObjectId(id))
    throw new GitError("GIT_BAD_OUTPUT", `git wrote ${JSON.stringify(id)} for an object id`);
  return isZeroId(id) ? null : id;
}
