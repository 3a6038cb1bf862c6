import { lstatSync, realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { findAnyRepository, findRepository, GitError, listFiles } from "@keywarden/git";
import type { GitEnvironment, Repository, WorkTreeFile } from "@keywarden/git";
import { ScanError } from "../scan-error.ts";
import { joinPath, joinPaths } from "./file-path.ts";
import { listGlob } from "./list-glob.ts";
import type { ListedFile } from "./listed-file.ts";

/**
 * Lists a folder: inside a repository what git tracks and what is new there, elsewhere every file.
 * Submodules and nested repositories are listed by their own rules; links are never followed. What cannot be listed is
 * listed as a folder that cannot be read.
 *
 * @throws ScanError SCAN_PATH for a folder in which git keeps its objects, packed so that no scan of files sees into them.
 */
export async function listFolder(
  folder: string,
  includeIgnored: boolean,
  env: GitEnvironment,
): Promise<readonly ListedFile[]> {
  const repository = await findAnyRepository(folder, env);
  if (repository === null) return nameLinksOut(await listGlob("**", folder), folder);
  if (isObjectStore(repository, folder)) {
    const remedy = "scan what git stores with: keywarden scan --history";
    throw new ScanError("SCAN_PATH", `${folder} is where git keeps its own files; ${remedy}`);
  }
  const unreadable: ListedFile[] = [];
  const top = Buffer.from(repository.directory);
  const onUnreadable = (inside: string, reason: string): void => {
    const path = joinPath(top, Buffer.from(inside.replace(/\/$/u, "")));
    unreadable.push({ path, isNamed: false, skip: { reason: reason.toLowerCase(), failed: true } });
  };
  const files = await listTracked(repository, folder, { includeIgnored, onUnreadable });
  if (files === null) return listGlob("**", folder);
  const listed: ListedFile[] = [];
  for (const part of inParts(files)) {
    const inside = part.map(({ path }) => path);
    for (const [index, path] of joinPaths(top, inside).entries()) {
      if (part[index]?.isRepository !== true) listed.push({ path, isNamed: false, isFile: true });
      else for (const file of await listNested(path, includeIgnored, env)) listed.push(file);
    }
  }
  return [...listed, ...unreadable];
}

const partFiles = 1000;

/** Gives files in parts, each of which is let go of before the next one is made. */
function* inParts(files: Iterable<WorkTreeFile>): Generator<readonly WorkTreeFile[]> {
  let part: WorkTreeFile[] = [];
  for (const file of files) {
    if (part.length === partFiles) {
      yield part;
      part = [];
    }
    part.push(file);
  }
  yield part;
}

/** Says of each link that leads out of the folder that what is behind it is not scanned; of git's, the text is all there is. */
function nameLinksOut(files: readonly ListedFile[], folder: string): readonly ListedFile[] {
  const top = realpathSync(folder);
  return files.map((file) => {
    if (file.isFile === true || file.skip !== undefined || !isLinkOut(file.path, top)) return file;
    return { ...file, unfollowed: "it is a link that leads out of the folder, and is not followed" };
  });
}

function isLinkOut(path: Buffer, top: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false;
  try {
    return leadsOut(relative(top, realpathSync(path.toString("utf8"))));
  } catch {
    // Nothing is behind it.
    return false;
  }
}

const leadsOut = (way: string): boolean => way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);

function isObjectStore({ directory, gitDirectory }: Repository, folder: string): boolean {
  return directory === gitDirectory && realpathSync(folder) === realpathSync(gitDirectory);
}

// Inside `.git` there is a repository around, and no work tree to list.
async function listTracked(
  repository: Repository,
  folder: string,
  selection: Pick<Parameters<typeof listFiles>[1] & object, "includeIgnored" | "onUnreadable">,
): Promise<Iterable<WorkTreeFile> | null> {
  if (repository.isBare) return null;
  const inside = relative(realpathSync(repository.directory), realpathSync(folder));
  if (leadsOut(inside)) return null;
  const paths = inside === "" ? [] : [sep === "/" ? inside : inside.replaceAll(sep, "/")];
  try {
    return await listFiles(repository, { paths, ...selection });
  } catch (error) {
    if (error instanceof GitError && error.code === "GIT_NO_WORK_TREE") return null;
    throw error;
  }
}

// Where the variables of a hook point is another repository than the nested one.
async function listNested(
  path: Buffer,
  includeIgnored: boolean,
  env: GitEnvironment,
): Promise<readonly ListedFile[]> {
  const folder = path.toString("utf8");
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
  try {
    const repository = await findRepository(folder, own);
    const isOwn = repository !== null && realpathSync(repository.directory) === realpathSync(folder);
    return isOwn ? await listFolder(folder, includeIgnored, own) : [{ path, isNamed: false }];
  } catch (error) {
    // The repository around it is listed all the same.
    if (!(error instanceof GitError) || error.code === "GIT_MISSING") throw error;
    return [{ path, isNamed: false, skip: { reason: error.message, failed: true } }];
  }
}
