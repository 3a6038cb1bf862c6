import { countOf } from "@keywarden/key-format";
import { safeText } from "@keywarden/inventory";
import { describeSystemError } from "@keywarden/command-line";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { mostImportedKeys, type InventoryClient } from "@keywarden/management";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import { CliError } from "../cli-error.ts";
import { readLines, readPlainKeys, readRows, type ImportRow } from "./import-rows.ts";
import type { ExitStatus } from "../terminal.ts";
import type { ImportFlags } from "./key-actions.ts";
import type { KeyWork } from "./key-work.ts";
import { defined } from "./record-csv.ts";

// Each request ends in a commit, which costs the server as much as storing many rows does. A row that goes over the
// limit, at most 1 MiB of characters, still fits what the server takes.
const mostBytes = 3 * 1024 * 1024;
const mostKept = 500;
const mostProblems = 20;

/** `keywarden keys import [file]`: every row is checked before the first is stored. */
export async function importKeysAtServer(work: KeyWork, flags: ImportFlags, file = "-"): Promise<ExitStatus> {
  const { connect, terminal } = work;
  const folder = await mkdtemp(join(tmpdir(), "keywarden-import-"));
  try {
    const rows = await openRows(work, flags, file, join(folder, "rows"));
    const { client } = await connect();
    const checked = await sendAll(client, rows(), true);
    if (checked.problems > 0) {
      for (const { line, message } of checked.shown) terminal.warn(`line ${line}: ${safeText(message)}\n`);
      const more = checked.problems - checked.shown.length;
      if (more > 0) terminal.warn(`and ${more} more\n`);
      throw new CliError(
        "CLI_IMPORT",
        `Nothing was imported: ${countOf(checked.problems, "line")} cannot be imported.`,
      );
    }
    const there = checked.existing === 0 ? "" : `, ${countOf(checked.existing, "key")} there already`;
    if (!flags.yes) {
      terminal.print(`${countOf(checked.created, "key")} to import${there}.\n`);
      sayHowToCarryOut(terminal, { readsInput: flags.plaintext });
      return 0;
    }
    const stored = await sendAll(client, rows(), false);
    const [first] = stored.shown;
    if (first !== undefined)
      throw new CliError(
        "CLI_IMPORT",
        `${countOf(stored.created, "key")} imported, then line ${first.line} was refused: ${safeText(first.message)}. Correct the line and import the file again: existing keys are skipped.`,
      );
    terminal.print(`${countOf(stored.created, "key")} imported${there}.\n`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Rows = () => AsyncGenerator<ImportRow>;

/** Gives a way to read the rows, twice. What came through a pipe is kept in between, by its hashes only. */
async function openRows(
  { terminal, providers }: KeyWork,
  { provider: id, environment, kind, owner, tag, plaintext }: ImportFlags,
  file: string,
  spool: string,
): Promise<Rows> {
  const defaults = defined({
    provider: id,
    environment,
    kind,
    owner,
    tags: tag.length === 0 ? undefined : tag,
  });
  if (plaintext) {
    if (file !== "-")
      throw new CliError(
        "CLI_USAGE",
        "Whole keys are read from standard input only: keywarden keys import --plaintext < file.",
      );
    const provider = providers.find((one) => one.id === id);
    if (provider === undefined)
      throw new CliError(
        "CLI_USAGE",
        "Name the provider of these keys: --provider, built in or from keywarden.json.",
      );
    return keep(readPlainKeys(decode(terminal.stdin), defaults, provider), spool);
  }
  if (file === "-") return keep(readRows(decode(terminal.stdin), defaults, providers), spool);
  const path = resolve(terminal.directory, file);
  // A file that cannot be read is said before a server is asked for.
  for await (const piece of readFile(path)) if (piece !== "") break;
  return () => readRows(readFile(path), defaults, providers);
}

async function* readFile(path: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(path, "utf8")) yield piece as string;
  } catch (error) {
    const why = describeSystemError(error);
    throw new CliError("CLI_IMPORT", `${path} cannot be read: ${why}.`, { cause: error });
  }
}

async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function keep(rows: AsyncGenerator<ImportRow>, spool: string): Promise<Rows> {
  const file = await open(spool, "wx", 0o600);
  try {
    let lines: string[] = [];
    for await (const row of rows) {
      lines.push(`${JSON.stringify(row)}\n`);
      if (lines.length === mostKept) await file.write(lines.splice(0).join(""));
    }
    await file.write(lines.join(""));
    lines = [];
  } finally {
    await file.close();
  }
  return async function* () {
    for await (const { text } of readLines(readFile(spool))) yield JSON.parse(text) as ImportRow;
  };
}

interface Sent {
  readonly created: number;
  readonly existing: number;
  readonly problems: number;
  /** The first of the problems, by line. */
  readonly shown: readonly { readonly line: number; readonly message: string }[];
}

type Batch = readonly { readonly line: number; readonly row: object }[];

/**
 * Sends rows in batches, each of which is stored whole or not at all, one after the other; the next one is read
 * meanwhile. Stops storing at the first problem.
 */
async function sendAll(
  client: InventoryClient,
  rows: AsyncGenerator<ImportRow>,
  dryRun: boolean,
): Promise<Sent> {
  const sent = { created: 0, existing: 0, problems: 0, shown: [] as { line: number; message: string }[] };
  const report = (line: number, message: string) => {
    sent.problems += 1;
    if (sent.shown.length < mostProblems) sent.shown.push({ line, message });
  };
  const send = async (batch: Batch) => {
    const answer = await client.importKeys({ keys: batch.map(({ row }) => row), dryRun });
    sent.created += answer.created;
    sent.existing += answer.existing;
    for (const { index, message } of answer.refused) report(batch[index]?.line ?? 0, message);
  };
  let underWay = Promise.resolve();
  for await (const batch of inBatches(rows, report)) {
    await underWay;
    if (!dryRun && sent.problems > 0) break;
    underWay = send(batch);
    // It is waited for above or below; until then its failure is nobody's.
    underWay.catch(() => {});
  }
  await underWay;
  sent.shown.sort((left, right) => left.line - right.line);
  return sent;
}

async function* inBatches(
  rows: AsyncGenerator<ImportRow>,
  report: (line: number, message: string) => void,
): AsyncGenerator<Batch> {
  const seen = new Map<string, number>();
  let batch: { line: number; row: object }[] = [];
  let sizeBytes = 0;
  for await (const one of rows) {
    if ("problem" in one) {
      report(one.line, one.problem);
      continue;
    }
    const twin = findTwin(seen, one);
    if (twin !== null) {
      report(one.line, `its id or one of its hashes repeats line ${twin}`);
      continue;
    }
    batch.push(one);
    sizeBytes += Buffer.byteLength(JSON.stringify(one.row));
    if (batch.length < mostImportedKeys && sizeBytes < mostBytes) continue;
    yield batch;
    batch = [];
    sizeBytes = 0;
  }
  if (batch.length > 0) yield batch;
}

// Rows in one batch are compared by the server, those of different batches only here.
function findTwin(
  seen: Map<string, number>,
  { line, row }: { line: number; row: Readonly<Record<string, unknown>> },
) {
  const { id, secrets } = row;
  const hashes = Array.isArray(secrets)
    ? secrets.map((secret: { sha256?: unknown } | null) => secret?.sha256)
    : [];
  const names = [id, ...hashes].filter((name): name is string => typeof name === "string");
  const twin = names.map((name) => seen.get(name)).find((other) => other !== undefined) ?? null;
  for (const name of names) seen.set(name, twin ?? line);
  return twin;
}
