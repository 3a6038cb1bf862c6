import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const committed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const listCommitted = (pattern: RegExp): readonly string[] => committed.filter((path) => pattern.test(path));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const source = listCommitted(/^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/);

/** Rooms whose files may give one name to one thing, seen from two sides: every declaration lies in another of them. */
const oneThing: readonly { readonly why: string; readonly rooms: readonly string[] }[] = [
  {
    why: "a table or an error translated for each of the two databases",
    rooms: ["packages/storage/src/postgres/", "packages/storage/src/sqlite/"],
  },
  {
    why: "a record on the wire and the same record in the database",
    rooms: ["packages/management/src/", "packages/storage/src/"],
  },
];

/** Names that several files may export, each with its reason; a name that no longer needs it leaves the list. */
const allowed: Readonly<Record<string, string>> = {
  // Every program has the same rooms: docs/architecture.md.
  App: "what a program is made of, and how the terminal draws it",
  AppOptions: "what the app of a program is made from",
  LogLevel: "the levels that a program logs at",
  Metrics: "what a program counts",
  Process: "what a command gets of its process",
  Readiness: "whether a program can do what it is for",
  ServeOptions: "how a program serves",
  defineCommand: "makes a command of its program",
  doctorCommand: "the command `doctor` of its program",
  logLevels: "the levels that a program can be told to log at",
  makeMetrics: "makes what a program counts",
  program: "the table of a program",
  run: "runs a program",
  serve: "serves until it is told to stop",
  serveCommand: "what a program does where no command is named",
  serveFlags: "how a program serves",
  tokensCommand: "the command `tokens` of its program",
  // One meaning in rooms that must not know each other.
  Confidence: "the scanner's three words, which storage keeps without knowing the scanner",
  Severity: "four degrees of harm, of a key's hygiene and of a found key",
  sha256: "the digest that key-format is passed (decision 0004); each program loads what costs it least",
};

test("a name that two files export means one thing", () => {
  const shared = [...listExports()].filter(
    ([name, files]) =>
      files.length > 1 && !(name in allowed) && !oneThing.some(({ rooms }) => isOneThing(files, rooms)),
  );
  expect(Object.fromEntries(shared)).toEqual({});
});

test("no name is allowed several files that has one", () => {
  const exported = listExports();
  expect(Object.keys(allowed).filter((name) => (exported.get(name)?.length ?? 0) < 2)).toEqual([]);
});

test("a package offers nothing that nobody takes", () => {
  const readers = listCommitted(/\.(?:tsx?|md)$/);
  const taken = new Set(
    readers.flatMap((path) =>
      [
        ...read(path).matchAll(/\{([^{}]*)\}\s*(?:from|=\s*await import\()\s*"@keywarden\/([a-z-]+)/g),
      ].flatMap(([, names = "", house = ""]) => importedIn(names).map((name) => `${house} ${name}`)),
    ),
  );
  const offered = listCommitted(/^packages\/[^/]+\/src\/index\.ts$/).flatMap((path) =>
    [...read(path).matchAll(/^export \{([^}]*)\} from/gm)].flatMap(([, names = ""]) =>
      importedIn(names).map((name) => `${path.split("/")[1]} ${name}`),
    ),
  );
  expect(offered.length).toBeGreaterThan(200);
  expect(offered.filter((one) => !taken.has(one))).toEqual([]);
});

test("an export is seen however it is declared", () => {
  const text = [
    "export const a = 1;",
    "export async function b() {}",
    "export function* c() {}",
    "export abstract class d {}",
    "export interface e {}",
    "export type f = 1;",
    "const g = 1;",
    'export { h } from "./h.ts";',
  ].join("\n");
  expect(namesIn(text)).toEqual([..."abcdef"]);
});

function listExports(): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const path of source) {
    for (const name of new Set(namesIn(read(path)))) {
      files.set(name, [...(files.get(name) ?? []), path]);
    }
  }
  return files;
}

/** The values that a list in braces names, by their names where they come from; types are gone at run time. */
function importedIn(names: string): readonly string[] {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => /^\w+/.exec(name)?.[0] ?? "");
}

/** The names that a file declares and exports; what it passes on from another file is declared there. */
function namesIn(text: string): string[] {
  const declaration =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;
  return [...text.matchAll(declaration)].map(([, name]) => name ?? "");
}

function isOneThing(files: readonly string[], rooms: readonly string[]): boolean {
  const inRoom = files.map((file) => rooms.find((room) => file.startsWith(room)));
  return !inRoom.includes(undefined) && new Set(inRoom).size === files.length;
}
