import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

/**
 * Answers a question of the App's stages as git does, byte for byte but for the order among commits of a list, without a process.
 *
 * @throws Error for one that no stage has asked so far.
 */
export function answer(directory: string, args: readonly string[], input: string): Buffer {
  const objects = objectsIn(directory);
  const asked = args.join(" ");
  const lines = input.split("\n").filter((line) => line !== "");
  if (asked === "cat-file --batch-check=%(objectname) %(objecttype)")
    return Buffer.from(
      lines
        .map((line) => {
          const id = line.replace("^{commit}", "");
          return objects.has(id) ? `${id} ${objects.read(id).type}\n` : `${line} missing\n`;
        })
        .join(""),
    );
  if (asked === "cat-file --batch-check") return Buffer.from(lines.map((id) => headOf(objects, id)).join(""));
  if (/^cat-file --batch(?: --buffer)?$/u.test(asked))
    return Buffer.concat(
      lines.flatMap((id) => [
        Buffer.from(headOf(objects, id)),
        ...(objects.has(id) ? [objects.read(id).body, newline] : []),
      ]),
    );
  if (asked === "rev-list --objects --filter=tree:0 --no-object-names --stdin")
    return listOf(range(objects, lines).commits);
  if (asked === "rev-list --parents --stdin")
    return listOf(range(objects, lines).commits.map((id) => [id, ...parentsOf(objects, id)].join(" ")));
  if (asked === "rev-list --reverse --topo-order --stdin")
    return listOf(range(objects, lines).commits.toReversed());
  if (/^rev-list --objects-edge-aggressive --no-object-names(?: --missing=print)? --stdin$/u.test(asked))
    return listOf(listObjects(objects, lines));
  if (asked === "diff-tree -r --raw -z --no-abbrev --no-renames --stdin -m --root")
    return Buffer.from(lines.map((id) => differencesOf(objects, id)).join(""), "latin1");
  const [, commit = "", paths = ""] =
    /^ls-tree -r -z --full-tree ([0-9a-f]{40})((?: [^ -][^ ]*)*)$/u.exec(asked) ?? [];
  if (commit !== "")
    return Buffer.from(listTree(objects, commit, paths.split(" ").filter(Boolean)), "latin1");
  throw new Error(`the git of the model does not know "${asked}"`);
}

const newline = Buffer.from("\n");
const listOf = (ids: readonly string[]): Buffer => Buffer.from(ids.map((id) => `${id}\n`).join(""));

interface Stored {
  readonly type: string;
  readonly body: Buffer;
}

interface Objects {
  has(id: string): boolean;
  read(id: string): Stored;
}

// The worlds of a batch have their keys each to themselves, and so most of their objects.
const rememberedObjects = 2_000;
const known = new Map<string, Map<string, Stored>>();

function objectsIn(directory: string): Objects {
  const objects = known.get(directory) ?? new Map<string, Stored>();
  known.set(directory, objects);
  const find = (id: string): Stored | null => {
    const before = objects.get(id);
    if (before !== undefined) return before;
    let bytes: Buffer;
    try {
      bytes = inflateSync(readFileSync(join(directory, "objects", id.slice(0, 2), id.slice(2))));
    } catch {
      return null;
    }
    const end = bytes.indexOf(0);
    const stored = { type: bytes.toString("latin1", 0, bytes.indexOf(" ")), body: bytes.subarray(end + 1) };
    if (objects.size >= rememberedObjects) objects.clear();
    objects.set(id, stored);
    return stored;
  };
  return {
    has: (id) => find(id) !== null,
    read(id) {
      const stored = find(id);
      if (stored === null) throw new Error(`object ${id} is not in the model's repository`);
      return stored;
    },
  };
}

function headOf(objects: Objects, id: string): string {
  if (!objects.has(id)) return `${id} missing\n`;
  const { type, body } = objects.read(id);
  return `${id} ${type} ${body.length}\n`;
}

const headersOf = (objects: Objects, commit: string): string =>
  objects.read(commit).body.toString("latin1").split("\n\n", 1)[0] ?? "";
const parentsOf = (objects: Objects, commit: string): readonly string[] =>
  [...headersOf(objects, commit).matchAll(/^parent (.*)$/gmu)].map(([, id = ""]) => id);
const treeOf = (objects: Objects, commit: string): string =>
  /^tree (.*)$/mu.exec(headersOf(objects, commit))?.[1] ?? "";
const secondsOf = (objects: Objects, commit: string): number =>
  Number(/^committer .*> (\d+)/mu.exec(headersOf(objects, commit))?.[1]);

/** What a range names, the youngest first: each commit of a world is younger than its parents. */
function range(
  objects: Objects,
  lines: readonly string[],
): { readonly commits: readonly string[]; readonly outside: ReadonlySet<string> } {
  const reached = (tips: readonly string[], without: ReadonlySet<string>): Set<string> => {
    const seen = new Set<string>();
    const left = [...tips];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (seen.has(next) || without.has(next)) continue;
      seen.add(next);
      left.push(...parentsOf(objects, next));
    }
    return seen;
  };
  const excluded = lines.filter((line) => line.startsWith("^")).map((line) => line.slice(1));
  const included = lines.filter((line) => !line.startsWith("^"));
  const outside = reached(excluded, new Set());
  const commits = [...reached(included, outside)];
  return { commits: commits.toSorted((a, b) => secondsOf(objects, b) - secondsOf(objects, a)), outside };
}

/** git leaves out what the excluded commits at the edge and those that are named hold, and finds again what only older ones held. */
function listObjects(objects: Objects, lines: readonly string[]): readonly string[] {
  const { commits, outside } = range(objects, lines);
  const edge = new Set([
    ...lines.map((line) => line.replace("^", "")).filter((id) => outside.has(id)),
    ...commits.flatMap((commit) => parentsOf(objects, commit)).filter((parent) => outside.has(parent)),
  ]);
  const seen = new Set([...edge].flatMap((commit) => treesAndBlobs(objects, treeOf(objects, commit))));
  const listed = commits
    .flatMap((commit) => treesAndBlobs(objects, treeOf(objects, commit)))
    .filter((id) => !seen.has(id) && seen.add(id));
  return [...[...edge].map((id) => `-${id}`), ...commits, ...listed];
}

interface Entry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

function entriesOf(objects: Objects, tree: string): readonly Entry[] {
  const { body } = objects.read(tree);
  const entries: Entry[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(0, at);
    const [mode = "", name = ""] = body.toString("latin1", at, end).split(" ");
    at = end + 21;
    entries.push({ mode, name, id: body.toString("hex", end + 1, at) });
  }
  return entries;
}

const isFolder = ({ mode }: Entry): boolean => mode === "40000";

const treesAndBlobs = (objects: Objects, tree: string): readonly string[] => [
  tree,
  ...entriesOf(objects, tree).flatMap((entry) =>
    isFolder(entry) ? treesAndBlobs(objects, entry.id) : [entry.id],
  ),
];

/** Every file below a tree, in git's order. */
function filesOf(objects: Objects, tree: string, below = ""): readonly (readonly [string, string])[] {
  return entriesOf(objects, tree).flatMap((entry): readonly (readonly [string, string])[] =>
    isFolder(entry)
      ? filesOf(objects, entry.id, `${below}${entry.name}/`)
      : [[`${below}${entry.name}`, entry.id]],
  );
}

const none = "0".repeat(40);

function differencesOf(objects: Objects, commit: string): string {
  const now = new Map(filesOf(objects, treeOf(objects, commit)));
  const parents = parentsOf(objects, commit);
  return (parents.length === 0 ? [null] : parents)
    .map((parent) => {
      const before = new Map(parent === null ? [] : filesOf(objects, treeOf(objects, parent)));
      const paths = [...new Set([...before.keys(), ...now.keys()])].toSorted((a, b) => (a < b ? -1 : 1));
      const records = paths.flatMap((path) => {
        const [oldId, newId] = [before.get(path), now.get(path)];
        if (oldId === newId) return [];
        const letter = oldId === undefined ? "A" : newId === undefined ? "D" : "M";
        const mode = (id: string | undefined): string => (id === undefined ? "000000" : "100644");
        return [`:${mode(oldId)} ${mode(newId)} ${oldId ?? none} ${newId ?? none} ${letter}\0${path}\0`];
      });
      return records.length === 0 ? "" : `${commit}\0${records.join("")}`;
    })
    .join("");
}

function listTree(objects: Objects, commit: string, paths: readonly string[]): string {
  return filesOf(objects, treeOf(objects, commit))
    .filter(([path]) => paths.length === 0 || paths.some((one) => path === one || path.startsWith(`${one}/`)))
    .map(([path, id]) => `100644 blob ${id}\t${path}\0`)
    .join("");
}
