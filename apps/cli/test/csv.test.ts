import { array, assert, asyncProperty, constantFrom, integer, string } from "fast-check";
import { expect, test } from "vitest";
import { csvLine, readCsv } from "../src/csv.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const cell = string({
  unit: constantFrom("a", "=", "+", "-", "@", "'", "＝", " ", "\t", "\r", "\n", ",", ";", '"', "é"),
});

test("what is written as CSV reads back as it was, in pieces of any size", async () => {
  await assert(
    asyncProperty(
      array(array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 4 }),
      integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const text = rows.map(csvLine).join("");
        const records: (readonly string[])[] = [];
        for await (const { cells } of readCsv(inPieces(text, size))) records.push(cells);
        expect(records).toEqual(rows);
      },
    ),
    { numRuns: 1000 },
  );
});

test("no cell is a formula to a spreadsheet", () => {
  expect(csvLine(["=1+1", " @x", "＝1", "'quoted", "a;b", "fine"])).toBe(
    `'=1+1,' @x,'＝1,''quoted,"a;b",fine\n`,
  );
});
