import { fingerprint, parseKey, Secret, type ManagedProvider } from "@keywarden/key-format";
import { sha256 } from "@keywarden/repository-scan";
import { readCsv } from "../csv.ts";
import { defined, problemOfColumns, rowFromCells } from "./record-csv.ts";

/** One key of a file, at the line where it begins, or what is wrong there. */
export type ImportRow =
  | { readonly line: number; readonly row: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: string };

/** What is said on the command line for all rows that do not say it themselves. */
export type RowDefaults = Readonly<Record<string, unknown>>;

const longestLine = 1024 * 1024;

/** Reads rows of JSON lines or CSV; the first character tells which. */
export async function* readRows(
  pieces: AsyncIterable<string>,
  defaults: RowDefaults,
  providers: readonly ManagedProvider[],
): AsyncGenerator<ImportRow> {
  const { first, rest } = await peek(pieces);
  const rows = first === "{" ? readJsonLines(rest, defaults) : readTable(rest, defaults);
  const wholeKey = makeKeyPattern(providers);
  for await (const row of rows)
    yield "row" in row && wholeKey.test(JSON.stringify(row.row))
      ? {
          line: row.line,
          problem: "it contains what looks like a whole key, which is not sent; see --plaintext",
        }
      : row;
}

/** Reads one key a line, perhaps with a name after it, and gives its hash; the key goes no further. */
export async function* readPlainKeys(
  pieces: AsyncIterable<string>,
  defaults: RowDefaults,
  provider: ManagedProvider,
): AsyncGenerator<ImportRow> {
  for await (const { line, text } of readLines(pieces)) {
    const [, key = "", name = ""] = /^(\S+)\s*(.*)$/.exec(text.trim()) ?? [];
    if (key === "") continue;
    const parsed = parseKey(key, [provider]);
    if (!parsed.ok) {
      yield { line, problem: `it is not a key of ${provider.name}` };
      continue;
    }
    const { redacted } = new Secret(key);
    const secret = {
      sha256: fingerprint(key, sha256),
      prefix: parsed.prefix,
      lastFour: redacted.split("…").at(-1) ?? "",
    };
    const { kind, environment, label } = parsed;
    const title = name === "" ? `imported ${redacted}` : name;
    yield {
      line,
      row: { ...defaults, provider: provider.id, name: title, kind, environment, label, secrets: [secret] },
    };
  }
}

async function* readJsonLines(
  pieces: AsyncIterable<string>,
  defaults: RowDefaults,
): AsyncGenerator<ImportRow> {
  for await (const { line, text } of readLines(pieces)) {
    if (text.trim() === "") continue;
    const value = parseObject(text);
    if (value === null) yield { line, problem: "it is not one JSON object" };
    else yield { line, row: { ...defaults, ...("sha256" in value ? unfold(value) : value) } };
  }
}

// Other systems know one hash of a key, so theirs may stand beside its name.
function unfold({ sha256, prefix, lastFour, ...row }: Readonly<Record<string, unknown>>) {
  return { ...row, secrets: [defined({ sha256, prefix, lastFour })] };
}

async function* readTable(pieces: AsyncIterable<string>, defaults: RowDefaults): AsyncGenerator<ImportRow> {
  let names: readonly string[] | undefined;
  for await (const { line, cells, problem } of readCsv(pieces)) {
    if (problem !== undefined) {
      yield { line, problem };
      return;
    }
    if (names === undefined) {
      names = cells.map((cell) => cell.trim());
      const wrong = problemOfColumns(names);
      if (wrong === null) continue;
      yield { line, problem: wrong };
      return;
    }
    if (cells.length !== names.length) {
      yield { line, problem: `it has ${cells.length} cells for ${names.length} columns` };
      continue;
    }
    try {
      yield { line, row: { ...defaults, ...rowFromCells(names, cells) } };
    } catch {
      yield { line, problem: "a cell that must be JSON is not" };
    }
  }
}

export async function* readLines(
  pieces: AsyncIterable<string>,
): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let line = 1;
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) yield { line: line++, text };
    if (rest.length > longestLine) rest = rest.slice(0, longestLine);
  }
  if (rest !== "") yield { line, text: rest };
}

async function peek(pieces: AsyncIterable<string>) {
  const iterator = pieces[Symbol.asyncIterator]();
  let start = "";
  let isDone = false;
  while (!isDone && start.trim() === "") {
    const next = await iterator.next();
    isDone = next.done === true;
    if (next.done !== true) start += next.value;
  }
  const text = start.replace(/^\uFEFF/, "");
  async function* all() {
    yield text;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { first: text.trimStart().charAt(0), rest: isDone ? only(text) : all() };
}

async function* only(text: string) {
  yield text;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = JSON.parse(text) as unknown;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function makeKeyPattern(providers: readonly ManagedProvider[]): RegExp {
  const prefixes = new Set(providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix)));
  const escaped = [...prefixes].map((prefix) => prefix.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`(?:${escaped.join("|")})[0-9A-Za-z_-]{8}`);
}
