import type { components } from "@octokit/openapi-types";
import { runHostGit } from "./git-process.ts";

export type PushedCommit = components["schemas"]["webhook-push"]["commits"][number];

type Identity = PushedCommit["author"];

interface ChangedFiles {
  readonly added: string[];
  readonly modified: string[];
  readonly removed: string[];
}

const mostFiles = 3000;

/** Describes commits as a push payload does, in the order given; paths and messages that are not UTF-8 lose bytes. */
export async function describeCommits(
  directory: string,
  ids: readonly string[],
  options: { readonly page: string; readonly isDistinct: (id: string) => boolean },
): Promise<readonly PushedCommit[]> {
  if (ids.length === 0) return [];
  const input = `${ids.join("\n")}\n`;
  const commits = parseBatch(await runHostGit(directory, ["cat-file", "--batch"], input));
  const files = parseNameStatus(
    await runHostGit(
      directory,
      ["diff-tree", "--stdin", "--root", "-r", "-z", "--no-renames", "--name-status", "-m", "--first-parent"],
      input,
    ),
  );
  return ids.map((id) => {
    const { tree, author, committer, message } = commits.get(id) ?? parseCommit("");
    const changed = files.get(id) ?? noFiles();
    return {
      id,
      tree_id: tree,
      distinct: options.isDistinct(id),
      message,
      timestamp: committer.date ?? "",
      url: `${options.page}/commit/${id}`,
      author,
      committer,
      added: changed.added.slice(0, mostFiles),
      removed: changed.removed.slice(0, mostFiles),
      modified: changed.modified.slice(0, mostFiles),
    };
  });
}

function parseBatch(output: Buffer): Map<string, ReturnType<typeof parseCommit>> {
  const found = new Map<string, ReturnType<typeof parseCommit>>();
  for (let offset = 0; offset < output.length;) {
    const headEnd = output.indexOf("\n", offset);
    const [id = "", , size = "0"] = output.subarray(offset, headEnd).toString().split(" ");
    const end = headEnd + 1 + Number(size);
    found.set(id, parseCommit(output.subarray(headEnd + 1, end).toString()));
    offset = end + 1;
  }
  return found;
}

function parseCommit(text: string): { tree: string; author: Identity; committer: Identity; message: string } {
  const headEnd = text.indexOf("\n\n");
  const head = headEnd < 0 ? text : text.slice(0, headEnd);
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, "mu").exec(head)?.[1] ?? "";
  return {
    tree: field("tree"),
    author: parseIdentity(field("author")),
    committer: parseIdentity(field("committer")),
    message: headEnd < 0 ? "" : text.slice(headEnd + 2).replace(/\n+$/u, ""),
  };
}

function parseIdentity(line: string): Identity {
  const [, name = "", email = "", seconds = "0", zone = "+0000"] =
    /^(.*?) ?<(.*?)> (-?\d+) ([+-]\d{4})$/u.exec(line) ?? [];
  return { name, email, date: dateInZone(Number(seconds), zone) };
}

function dateInZone(seconds: number, zone: string): string {
  const minutes =
    (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const local = new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19);
  return `${local}${minutes === 0 ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3, 5)}`}`;
}

// A commit id announces its files; a status letter comes before each path.
function parseNameStatus(output: Buffer): Map<string, ChangedFiles> {
  const found = new Map<string, ChangedFiles>();
  const fields = output.toString().split("\0");
  let current = noFiles();
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? "";
    if (field.length > 2) {
      current = noFiles();
      found.set(field.trim(), current);
      continue;
    }
    if (field === "") continue;
    index += 1;
    const path = fields[index] ?? "";
    if (field === "A") current.added.push(path);
    else if (field === "D") current.removed.push(path);
    else current.modified.push(path);
  }
  return found;
}

function noFiles(): ChangedFiles {
  return { added: [], modified: [], removed: [] };
}
