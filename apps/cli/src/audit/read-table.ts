import { readCsv, type CsvRecord } from "../csv.ts";

/** Reads all records of a table, without those that have no text at all; `problem` says after which nothing can be read. */
export async function readTable(
  text: string,
): Promise<{ readonly rows: readonly CsvRecord[]; readonly problem: string | null }> {
  const rows: CsvRecord[] = [];
  for await (const { line, cells, problem } of readCsv(inOnePiece(text))) {
    if (problem !== undefined) return { rows, problem: `line ${line}: ${problem}` };
    if (cells.some((cell) => cell.trim() !== "")) rows.push({ line, cells });
  }
  return { rows, problem: null };
}

async function* inOnePiece(text: string): AsyncGenerator<string> {
  yield text;
}
