import { GitError } from "./git-error.ts";
import { askKept } from "./objects/kept-reader.ts";
import type { ObjectRange } from "./objects/object-range.ts";
import { runGit } from "./process.ts";
import { listHeads, listRefs } from "./refs.ts";
import type { Repository } from "./repository.ts";

/**
 * Gives the work trees of all submodules that are checked out, nested ones included; absolute.
 *
 * @throws {@link GitError} GIT_NO_WORK_TREE in a bare repository.
 */
export async function listSubmodules(repository: Repository): Promise<readonly string[]> {
  if (repository.isBare) {
    throw new GitError("GIT_NO_WORK_TREE", `${repository.directory} is bare and has no submodules`);
  }
  const args = ["submodule", "--quiet", "foreach", "--recursive", `printf '%s\\0' "$PWD"`];
  const output = await runGit(repository, args, "list the submodules");
  return output
    .toString("utf8")
    .split("\0")
    .filter((path) => path !== "");
}

/** Against more commits than these it is not compared what a submodule was before. */
const mostCompared = 20;

/**
 * Gives the paths of the submodules that the tips of a range name in `.gitmodules`: of a whole history all, else those that
 * the range brings in or moves to another commit.
 *
 * @throws {@link GitError}
 */
export async function listRangeSubmodules(
  repository: Repository,
  { include, exclude, everything }: ObjectRange,
): Promise<readonly Buffer[]> {
  const refs = everything === true ? [...(await listRefs(repository)), ...(await listHeads(repository))] : [];
  const tips = [...new Set([...include, ...refs.map(({ id }) => id)])];
  const named = await readModules(repository, tips);
  const paths = new Map([...named.values()].flat().map((path) => [path.toString("latin1"), path]));
  if (everything === true || named.size + exclude.length > mostCompared) return [...paths.values()];
  if (paths.size === 0) return [];
  const before = new Set<string>();
  for (const id of exclude) {
    for (const link of await listLinks(repository, id, paths.values()).catch(nothingWithout))
      before.add(link);
  }
  const moved = new Set<string>();
  for (const tip of named.keys()) {
    for (const link of await listLinks(repository, tip, paths.values()))
      if (!before.has(link)) moved.add(link);
  }
  const isMoved = new Set([...moved].map((link) => link.slice(link.indexOf("\t") + 1)));
  return [...paths].filter(([name]) => isMoved.has(name)).map(([, path]) => path);
}

/** Gives for each tip that has a `.gitmodules` the paths in it. */
async function readModules(
  repository: Repository,
  tips: readonly string[],
): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  if (tips.length === 0) return new Map();
  const names = tips.map((tip) => `${tip}:.gitmodules`);
  const kept = await askKept(repository, "contents", names);
  const texts = kept?.map((answer) => answer?.bytes ?? null) ?? (await readTexts(repository, names));
  const found = new Map<string, readonly Buffer[]>();
  for (const [index, text] of texts.entries()) {
    const tip = tips[index];
    if (text !== null && tip !== undefined) found.set(tip, pathsIn(text));
  }
  return found;
}

/** Gives the bytes of each object by its name; `null` for what is not there. */
async function readTexts(
  repository: Repository,
  names: readonly string[],
): Promise<readonly (Buffer | null)[]> {
  const output = await runGit(
    repository,
    ["cat-file", "--batch"],
    "read .gitmodules",
    `${names.join("\n")}\n`,
  );
  const texts: (Buffer | null)[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    if (end === -1) throw new GitError("GIT_BAD_OUTPUT", "git broke off in the middle of an object");
    const size = / blob (?<size>\d+)$/u.exec(output.toString("latin1", at, end))?.groups?.["size"];
    texts.push(size === undefined ? null : output.subarray(end + 1, end + 1 + Number(size)));
    at = size === undefined ? end + 1 : end + 1 + Number(size) + 1;
  }
  return texts;
}

function pathsIn(text: Buffer): readonly Buffer[] {
  return [...text.toString("latin1").matchAll(/^[^\S\n]*path[^\S\n]*=[^\S\n]*(?<path>.*?)[^\S\n]*$/gimu)].map(
    ({ groups }) => Buffer.from((groups?.["path"] ?? "").replaceAll('"', ""), "latin1"),
  );
}

/** Gives the submodules that a commit has at some of these paths, as `<commit>\t<path>`. */
async function listLinks(
  repository: Repository,
  commit: string,
  paths: Iterable<Buffer>,
): Promise<readonly string[]> {
  const asked = [...paths].map((path) => path.toString("utf8"));
  const output = await runGit(
    repository,
    ["ls-tree", "-z", "--full-tree", commit, "--", ...asked],
    "read where the submodules are",
  );
  const lines = output.toString("latin1").split("\0");
  return lines.flatMap((line) => /^160000 commit (?<link>.*)$/su.exec(line)?.groups?.["link"] ?? []);
}

// What is not here has nothing that the range could be compared with.
function nothingWithout(error: unknown): readonly string[] {
  if (error instanceof GitError && error.code !== "GIT_MISSING") return [];
  throw error;
}
