import { GitError } from "../git-error.ts";
import { isObjectId } from "../object-id.ts";
import { readDifference } from "./raw-diff.ts";
import type { RawDifference } from "./raw-diff.ts";

export const diffTree = ["diff-tree", "-r", "--raw", "-z", "--no-abbrev", "--no-renames"] as const;

export interface DifferenceRecord {
  /** The commit. */
  readonly header: string;
  readonly difference: RawDifference;
}

/** Reads what `diff-tree --stdin -z` writes: a commit's id, then its records. A commit without any yields nothing. */
export async function* readRecords(
  stdout: AsyncIterable<Buffer>,
): AsyncGenerator<DifferenceRecord, void, undefined> {
  let header = "";
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stdout) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const isRecord = bytes[at] === 0x3a;
      const fieldEnd = bytes.indexOf(0, at);
      const end = isRecord && fieldEnd !== -1 ? bytes.indexOf(0, fieldEnd + 1) : fieldEnd;
      if (end === -1) break;
      const start = at;
      at = end + 1;
      if (isRecord) {
        yield { header, difference: readDifference(bytes, start, fieldEnd, end) };
        continue;
      }
      header = bytes.toString("latin1", start, end);
      if (!isObjectId(header)) throw new GitError("GIT_BAD_OUTPUT", "git wrote a difference of no commit");
    }
    rest = Buffer.from(bytes.subarray(at));
  }
  if (rest.length > 0) throw new GitError("GIT_BAD_OUTPUT", "git stopped in the middle of a difference");
}
