import { describeSystemError } from "@keywarden/command-line";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { nearestWord, suggest, unknownProvider, type ManagedProvider } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import type { InventoryKey } from "./audited-inventory.ts";
import { recordColumns } from "../keys/record-csv.ts";
import { makeRowReader } from "./inventory-row.ts";
import { reportColumns } from "./key-row.ts";
import { readTable } from "./read-table.ts";
import { isRecord } from "./is-record.ts";

/**
 * Reads an inventory that was exported: JSON or JSON lines as `keywarden keys list` and `keys export` print them, or a table
 * with a heading as these and `keywarden audit --format csv` write it.
 *
 * @throws CliError CLI_PATH for a file that cannot be read or understood, with the row and the column
 */
export async function readFromFile(
  file: string,
  directory: string,
  providers: readonly ManagedProvider[],
): Promise<readonly InventoryKey[]> {
  const text = readText(file, directory).replace(/^\uFEFF/, "");
  const read = makeRowReader(file, providers);
  const rows = /^\s*[[{]/.test(text) ? rowsOfJson(text, file) : await rowsOfTable(text, file);
  for (const { values, where } of rows) refuseMisspelt(file, values, where);
  const keys = rows.map(({ values, where, line }) => read(values, where, line));
  const stranger = keys.findIndex(({ facts }) => !providers.some(({ id }) => id === facts.provider));
  if (stranger !== -1) {
    const why = unknownProvider(keys[stranger]?.facts.provider ?? "", providers).replace(/\.$/, "");
    throw unusable(file, `${rows[stranger]?.where ?? "a row"}: ${why} keywarden.json describes others`);
  }
  const ids = new Set<string>();
  for (const [index, { facts }] of keys.entries()) {
    const name = `${facts.provider} ${facts.id}`;
    if (ids.has(name))
      throw unusable(file, `${rows[index]?.where ?? "a row"} has the id of an earlier one, ${facts.id}`);
    ids.add(name);
  }
  return keys;
}

/** What is nearly the name of a fact is taken for it by whoever wrote it, and would be passed over here. */
function refuseMisspelt(file: string, values: Row["values"], where: string): void {
  for (const name of Object.keys(values)) {
    if (facts.has(plainOf(name))) continue;
    const meant = nearestWord(plainOf(name), [...facts.keys()]);
    if (meant !== undefined)
      throw unusable(file, `${where} names ${JSON.stringify(name)}${suggest(facts.get(meant))}`);
  }
}

interface Row {
  readonly values: Readonly<Record<string, unknown>>;
  readonly where: string;
  readonly line: number | null;
}

function readText(file: string, directory: string): string {
  try {
    return readFileSync(resolve(directory, file), "utf8");
  } catch (error) {
    const why = describeSystemError(error);
    throw unusable(file, `it cannot be read: ${why}`, error);
  }
}

function rowsOfJson(text: string, file: string): readonly Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return rowsOfJsonLines(text, file, error);
  }
  if (isRecord(value) && "id" in value) return [{ values: value, where: "line 1", line: 1 }];
  const list = isRecord(value) ? value["keys"] : value;
  if (!Array.isArray(list))
    throw unusable(file, 'it must be a list of keys, or an object with such a list under "keys"');
  if (isRecord(value) && value["isMore"] === true)
    throw unusable(file, "it is incomplete (isMore): export all keys with a higher --limit");
  return list.map((item: unknown, index) => {
    const where = `keys[${index}]`;
    if (!isRecord(item)) throw unusable(file, `${where} is not an object`);
    return { values: item, where, line: null };
  });
}

function rowsOfJsonLines(text: string, file: string, cause: unknown): readonly Row[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      const values: unknown = JSON.parse(line);
      if (isRecord(values) && "id" in values)
        return [{ values, where: `line ${index + 1}`, line: index + 1 }];
    } catch {
      // Said below, together with lines of another kind; the reason of JSON.parse quotes the text.
    }
    throw unusable(file, "it is neither JSON, JSON Lines of keys, nor a table with a heading", cause);
  });
}

async function rowsOfTable(text: string, file: string): Promise<readonly Row[]> {
  const { rows: all, problem } = await readTable(text);
  if (problem !== null) throw unusable(file, problem);
  const [heading, ...rows] = all;
  if (heading === undefined) throw unusable(file, "it is empty");
  const names = heading.cells.map(columnOf);
  const doubled = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (doubled !== undefined) throw unusable(file, `two columns hold ${doubled}`);
  if (!names.includes("id")) {
    const nearest = heading.cells.find((cell) => nearestWord(cell.trim(), ["key_id"]) !== undefined);
    const hint = nearest === undefined ? "" : `; rename its column ${JSON.stringify(nearest)}`;
    throw unusable(file, `its heading names no column key_id${hint}`);
  }
  return rows.map(({ line, cells }) => {
    const where = `line ${line}`;
    if (cells.length !== names.length)
      throw unusable(file, `${where} has ${cells.length} columns, the heading has ${names.length}`);
    const values = Object.fromEntries(
      names.flatMap((name, index) => {
        const cell = (cells[index] ?? "").trim();
        if (untold.has(cell.toLowerCase())) return [];
        return [[name, none.has(cell.toLowerCase()) ? null : cell]];
      }),
    );
    return { values, where, line };
  });
}

// What credential reports write where nobody knows, and where there is nothing.
const untold: ReadonlySet<string> = new Set(["no_information", "not_supported"]);
const none: ReadonlySet<string> = new Set(["", "n/a", "null"]);

const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");

/** Maps the heading of a credential report to the name that JSON has: `last_rotated_time` is `secretCreatedAt`. */
function columnOf(heading: string): string {
  const plain = plainOf(heading);
  return Object.hasOwn(columns, plain) ? (columns[plain] ?? plain) : plain;
}

const columns: Readonly<Record<string, string>> = {
  keyid: "id",
  createdtime: "createdAt",
  createdat: "createdAt",
  lastrotatedtime: "secretCreatedAt",
  lastrotated: "secretCreatedAt",
  secretcreatedat: "secretCreatedAt",
  lastusedtime: "lastUsedAt",
  lastuseddate: "lastUsedAt",
  lastusedat: "lastUsedAt",
  lastused: "lastUsedAt",
  trackingsince: "trackingSince",
  expirestime: "expiresAt",
  expiresat: "expiresAt",
  revokedtime: "revokedAt",
  revokedat: "revokedAt",
  graceuntil: "graceUntil",
  lastfour: "lastFour",
  createdby: "createdBy",
  secretcreatedby: "secretCreatedBy",
  sha256: "fingerprint",
  seenby: "seenBy",
  deployedin: "deployedIn",
  replacedat: "replacedAt",
  replacedtime: "replacedAt",
};

/** Every name that an inventory of ours gives a fact, and every other that is read, by its letters and digits. */
const facts: ReadonlyMap<string, string> = new Map(
  [
    ..."id disabledAt disabledBy generation grace lastDeniedAt revokedBy metadata replaces revision secrets state".split(
      " ",
    ),
    ...Object.values(columns),
    ...recordColumns,
    ...reportColumns,
  ].map((name) => [plainOf(name), name]),
);

const unusable = (file: string, why: string, cause?: unknown): CliError =>
  new CliError("CLI_PATH", `The inventory ${file} cannot be used: ${why}.`, { cause });
