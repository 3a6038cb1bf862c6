import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";

/** A commit of a made-up history; parents are places of earlier ones. */
export interface CommitToWrite {
  readonly parents: readonly number[];
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  readonly atSeconds: number;
}

/**
 * Writes commits with all that they hold as loose objects into a bare repository, and gives their ids in order. Thousands of
 * worlds are made so: a process of git for each would take as long as the App does.
 */
export function writeCommits(gitDirectory: string, commits: readonly CommitToWrite[]): readonly string[] {
  const ids: string[] = [];
  for (const { parents, files, message, atSeconds } of commits) {
    const person = `Ada Author <ada@example.com> ${atSeconds} +0000`;
    const lines = [
      `tree ${writeTree(gitDirectory, files)}`,
      ...parents.map((parent) => `parent ${ids[parent] ?? ""}`),
      `author ${person}`,
      `committer ${person}`,
      "",
      `${message}\n`,
    ];
    ids.push(writeObject(gitDirectory, "commit", Buffer.from(lines.join("\n"))));
  }
  return ids;
}

function writeTree(gitDirectory: string, files: ReadonlyMap<string, string>): string {
  const entries = new Map<string, { readonly mode: string; readonly id: string }>();
  const folders = Map.groupBy(files, ([path]) =>
    path.includes("/") ? path.slice(0, path.indexOf("/")) : "",
  );
  for (const [folder, held] of folders) {
    if (folder === "")
      for (const [name, text] of held)
        entries.set(name, { mode: "100644", id: writeObject(gitDirectory, "blob", Buffer.from(text)) });
    else {
      const below = new Map(held.map(([path, text]) => [path.slice(folder.length + 1), text]));
      entries.set(folder, { mode: "40000", id: writeTree(gitDirectory, below) });
    }
  }
  // git sorts a folder as if its name ended with a slash.
  const sortName = (name: string): string => (entries.get(name)?.mode === "40000" ? `${name}/` : name);
  const names = [...entries.keys()].toSorted((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  const parts = names.flatMap((name) => {
    const { mode = "", id = "" } = entries.get(name) ?? {};
    return [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")];
  });
  return writeObject(gitDirectory, "tree", Buffer.concat(parts));
}

function writeObject(gitDirectory: string, type: string, body: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]);
  const id = createHash("sha1").update(bytes).digest("hex");
  const file = join(gitDirectory, "objects", id.slice(0, 2), id.slice(2));
  if (existsSync(file)) return id;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, deflateSync(bytes));
  return id;
}
