import { existsSync, globSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Corpus, CorpusGroup } from "../corpora.ts";

interface Marked {
  readonly path: string;
  readonly first: number;
  readonly last: number;
  readonly truth: string;
  readonly categories: readonly string[];
}

/** What somebody chose, and what nothing in the text tells, which Keywarden leaves to others; and names of hosts and buckets. */
const withoutStructure = new Set([
  "API",
  "AWS S3 Bucket",
  "Auth",
  "Basic Authorization",
  "Bearer Authorization",
  "CMD ConvertTo-SecureString",
  "CMD Password",
  "CMD Secret",
  "CMD Token",
  "CURL User Password",
  "Credential",
  "Firebase Domain",
  "Key",
  "NTLM Token",
  "Nonce",
  "Other",
  "Password",
  "SQL Password",
  "Salt",
  "Secret",
  "Token",
  "URL Credentials",
  "UUID",
]);

/** Fewer lines of a category share a column. */
const fewest = 10;

/**
 * Reads the lines that Samsung's CredData marks with a category that has a structure: `meta/*.csv`, and of `data/` what
 * is there. A line that is marked true is a key, one that is marked false is none, unless another mark on it is true.
 */
export function readCredData(folder: string): CorpusGroup {
  const marks = globSync("meta/*.csv", { cwd: folder })
    .sort()
    .flatMap((file) => readMarks(readFileSync(join(folder, file), "utf8")));
  const present = marks.filter(({ path }) => existsSync(join(folder, path)));
  const structured = present
    .map((mark) => ({ ...mark, categories: mark.categories.filter((one) => !withoutStructure.has(one)) }))
    .filter(({ categories }) => categories.length > 0);
  const isTrue = new Set(present.filter(({ truth }) => truth === "T").map(placeOf));
  const keys = uniquePlaces(structured.filter(({ truth }) => truth === "T"));
  const none = uniquePlaces(structured.filter((mark) => mark.truth === "F" && !isTrue.has(placeOf(mark))));
  const lines = (mark: Marked): string => linesOf(folder, mark);
  const corpus = (name: string, of: readonly Marked[], holdsKeys: boolean): Corpus => ({
    name,
    holdsKeys,
    files: of.map((mark) => ({
      id: `${placeOf(mark)} ${mark.categories.join(", ")}`,
      ending: extname(mark.path),
      bytes: lines(mark),
    })),
  });
  const byCategory = Map.groupBy(keys, ({ categories }) => categories[0] ?? "");
  const [large, small] = [true, false].map((isLarge) =>
    [...byCategory].filter(([, of]) => of.length >= fewest === isLarge),
  ) as [[string, Marked[]][], [string, Marked[]][]];
  return {
    title: "Quality: CredData",
    method: `The marked lines of ${new Set(present.map(({ path }) => path)).size} files, each in a file of its own; ${marks.length - present.length} of ${marks.length} marks are in files that are not there.`,
    corpora: [
      ...large
        .sort(([, one], [, other]) => other.length - one.length)
        .map(([name, of]) => corpus(name, of, true)),
      ...(small.length === 0
        ? []
        : [
            corpus(
              "others",
              small.flatMap(([, of]) => of),
              true,
            ),
          ]),
      corpus("no keys", none, false),
    ],
  };
}

const placeOf = ({ path, first, last }: Marked): string => `${path}:${first}-${last}`;

function uniquePlaces(marks: readonly Marked[]): readonly Marked[] {
  return [...new Map(marks.map((mark) => [placeOf(mark), mark])).values()];
}

// None of the fields holds a comma or a quote.
function readMarks(csv: string): readonly Marked[] {
  const [head = "", ...rows] = csv.trimEnd().split(/\r?\n/);
  const names = head.split(",");
  return rows.map((row) => {
    const cells = row.split(",");
    if (cells.length !== names.length)
      throw new Error(`${row} has ${cells.length} fields, not ${names.length}`);
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    return {
      path: cell("FilePath"),
      first: Number(cell("LineStart")),
      last: Number(cell("LineEnd")),
      truth: cell("GroundTruth"),
      categories: cell("Category").split(":"),
    };
  });
}

const texts = new Map<string, readonly string[]>();

// Bytes stay what they are in Latin-1.
function linesOf(folder: string, { path, first, last }: Marked): string {
  const lines = texts.get(path) ?? readFileSync(join(folder, path), "latin1").split(/\r\n|[\r\n]/);
  texts.set(path, lines);
  return `${lines.slice(first - 1, last).join("\n")}\n`;
}
