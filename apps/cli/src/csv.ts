import { csvCell, unmarkCell } from "@keywarden/scan/report-parts";

/** Writes one record (RFC 4180), safe to open in a spreadsheet. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\n`;

export interface CsvRecord {
  /** Of its first character, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads records from text that comes in pieces of any size; `problem` names a mistake after which nothing can be read. */
export async function* readCsv(
  pieces: AsyncIterable<string>,
): AsyncGenerator<CsvRecord & { readonly problem?: string }> {
  let cells: string[] = [];
  let cell = "";
  let state: "start" | "bare" | "quoted" | "closed" = "start";
  let line = 1;
  let first = 1;
  let isAfterReturn = false;
  const endCell = () => {
    cells.push(unmarkCell(cell));
    cell = "";
    state = "start";
  };
  for await (const piece of pieces) {
    for (const letter of piece) {
      const isPair = isAfterReturn && letter === "\n";
      isAfterReturn = letter === "\r";
      if (state === "quoted") {
        if (letter === '"') state = "closed";
        else cell += letter;
        if (letter === "\r" || (letter === "\n" && !isPair)) line += 1;
        continue;
      }
      if (state === "closed" && letter === '"') {
        cell += letter;
        state = "quoted";
      } else if (letter === ",") {
        endCell();
      } else if (letter === "\n" || letter === "\r") {
        if (isPair) {
          first = line;
          continue;
        }
        endCell();
        line += 1;
        if (cells.length > 1 || cells[0] !== "") yield { line: first, cells };
        cells = [];
        first = line;
      } else if (letter === '"' && state === "start") {
        state = "quoted";
      } else if (state === "closed") {
        yield { line, cells: [], problem: "text follows the closing quotation mark of a cell" };
        return;
      } else {
        cell += letter;
        state = "bare";
      }
    }
  }
  if (state === "quoted") yield { line: first, cells: [], problem: "a quoted cell is not closed" };
  else if (state !== "start" || cells.length > 0) {
    endCell();
    yield { line: first, cells };
  }
}
