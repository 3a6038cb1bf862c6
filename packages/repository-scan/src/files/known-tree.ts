import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import {
  askForFiles,
  digestIndex,
  findRepository,
  GitError,
  identifyIndex,
  isAsIndexed,
  readFileList,
} from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import type { CleanFiles, KnownTree } from "../cache/clean-files.ts";
import { isJoined, joinPath } from "./file-path.ts";
import { notClean, stateNumbers, type FileStates } from "./file-states.ts";
import type { ListedFile } from "./listed-file.ts";

/** A whole work tree, of which git can tell that it is as it was. */
export interface WholeTree {
  /** What an earlier scan learnt of it, with the files that are to be scanned; `null` where it is not as it was. */
  readonly known: (Pick<KnownTree, "count" | "bytes"> & { readonly rest: readonly ListedFile[] }) | null;
  /** Keeps what this scan has learnt of these files, unless anything has changed since it began. */
  keep(files: readonly ListedFile[], statesOf: (file: number) => FileStates | null): Promise<void>;
}

// What is left has to be read again, and asking git takes as long as reading fewer.
const mostRest = 2000;
const fewestFiles = 200;

/**
 * Opens the work tree around `directory`, `null` where there is none whose top that is. While git says that no file has
 * changed since the index was written, that the index is the one of the earlier scan, and that it would list the same files,
 * nobody need look at each: then the system says of every file what it said before.
 */
export async function openWholeTree(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
  includeIgnored: boolean,
  { trees, youngFromMs }: CleanFiles,
): Promise<WholeTree | null> {
  const repository = await findTop(directory, env);
  const index = repository === null ? null : identifyIndex(repository);
  if (repository === null || index === null) return null;
  let isListed = true;
  const list = (): Promise<Buffer> =>
    askForFiles(repository, { includeIgnored, onUnreadable: () => void (isListed = false) });
  const compare = async (): Promise<boolean> =>
    (await isAsIndexed(repository)) && identifyIndex(repository) === index;
  const answers = trees.isThere() ? Promise.all([list(), compare()]) : null;
  // Reading it takes long enough for git to be under way.
  const digest = digestIndex(repository);
  const stateOf = (listing: Buffer): string =>
    `${digest} ${createHash("sha256").update(listing).digest("hex")}`;
  const [listed, isSame] = (await answers) ?? [null, false];
  const known = listed !== null && isListed && isSame ? trees.find(stateOf(listed)) : null;
  const top = Buffer.from(repository.directory);
  return {
    known:
      known === null || listed === null
        ? null
        : {
            ...known,
            rest: known.rest.map(([start, end]) => ({
              path: joinPath(top, listed.subarray(start, end)),
              isNamed: false,
              isFile: true,
            })),
          },
    keep: async (files, statesOf) => {
      const listing = await list();
      const rest: (readonly [number, number])[] = [];
      let count = 0;
      let bytes = 0;
      let at = -1;
      for (const { path, isRepository, isWatched } of readFileList(listing)) {
        at += 1;
        if (isRepository || !isJoined(files[at]?.path, top, path)) return;
        const [size = notClean, , , modifiedMs = Infinity, changedMs = Infinity] = statesOf(at) ?? [];
        if (isWatched && size !== notClean && modifiedMs < youngFromMs && changedMs < youngFromMs) {
          count += 1;
          bytes += size;
        } else {
          const start = path.byteOffset - listing.byteOffset;
          rest.push([start, start + path.length]);
        }
      }
      if (!isListed || count + rest.length !== files.length || count < fewestFiles || rest.length > mostRest)
        return;
      // The system says of each what it said when the index was written, and did so while it was read: since then the times
      // that only the system sets would be younger.
      if (await compare()) trees.keep(stateOf(listing), { count, bytes, rest });
    },
  };
}

async function findTop(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Repository | null> {
  try {
    const repository = await findRepository(directory, env);
    return repository !== null && realpathSync(repository.directory) === realpathSync(directory)
      ? repository
      : null;
  } catch (error) {
    // Whoever lists the files says why.
    if (error instanceof GitError) return null;
    throw error;
  }
}

/** Gives the numbers of one file. */
export const statesAt = (states: FileStates, at: number): FileStates =>
  states.subarray(at * stateNumbers, (at + 1) * stateNumbers);
