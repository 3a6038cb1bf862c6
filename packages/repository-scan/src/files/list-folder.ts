import { realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { GitError, listFiles } from "@keywarden/git";
import type { Repository, WorkTreeFile } from "@keywarden/git";
import { joinPath } from "./file-path.ts";
import { findRepository } from "@keywarden/git";
import { listGlob } from "./list-glob.ts";
import type { ListedFile } from "./listed-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Lists a folder: inside a repository what git tracks and what is new there, elsewhere every file.
 * Submodules and nested repositories are listed by their own rules; links are never followed.
 */
export async function listFolder(
  folder: string,
  includeIgnored: boolean,
  env: Environment,
): Promise<readonly ListedFile[]> {
  const repository = await findRepository(folder, env);
  const files = repository === null ? null : await listTracked(repository, folder, includeIgnored);
  if (repository === null || files === null) return listGlob("**", folder);
  const top = Buffer.from(repository.directory);
  const listed: ListedFile[] = [];
  for (const { path: inside, isRepository } of files) {
    const path = joinPath(top, inside);
    if (!isRepository) listed.push({ path, isNamed: false, isFile: true });
    else for (const file of await listNested(path, includeIgnored, env)) listed.push(file);
  }
  return listed;
}

// Inside `.git` there is a repository around, and no work tree to list.
async function listTracked(
  repository: Repository,
  folder: string,
  includeIgnored: boolean,
): Promise<readonly WorkTreeFile[] | null> {
  const inside = relative(realpathSync(repository.directory), realpathSync(folder));
  if (inside === ".." || inside.startsWith(`..${sep}`)) return null;
  const paths = inside === "" ? [] : [sep === "/" ? inside : inside.replaceAll(sep, "/")];
  try {
    return await listFiles(repository, { paths, includeIgnored });
  } catch (error) {
    if (error instanceof GitError && error.code === "GIT_NO_WORK_TREE") return null;
    throw error;
  }
}

// Where the variables of a hook point is another repository than the nested one.
async function listNested(
  path: Buffer,
  includeIgnored: boolean,
  env: Environment,
): Promise<readonly ListedFile[]> {
  const folder = path.toString("utf8");
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
  const repository = await findRepository(folder, own);
  const isOwn = repository !== null && realpathSync(repository.directory) === realpathSync(folder);
  return isOwn ? listFolder(folder, includeIgnored, own) : [{ path, isNamed: false }];
}
