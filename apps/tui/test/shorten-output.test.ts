import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventoryNowMs as nowMs, makeInventory, makeManagedKey } from "@keywarden/testing";
import { drive } from "./drive.ts";
import { makePaint } from "../src/theme.ts";
import { firstFrame } from "../src/views/first-frame.ts";
import { shortenOutput, shortenWrites } from "../src/text/shorten-output.ts";

/** Every cell of a terminal with its colours and styles, and where the cursor stands. */
async function drawn(output: string, columns = 20, rows = 8): Promise<unknown> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(output, done));
  const { active } = terminal.buffer;
  const cells = Array.from({ length: rows * columns }, (_, at) => {
    const cell = active.getLine(Math.floor(at / columns))?.getCell(at % columns);
    return [
      // Nothing and a space look the same.
      cell?.getChars().trim(),
      cell?.getFgColor(),
      cell?.getFgColorMode(),
      cell?.getBgColor(),
      cell?.isBold(),
      cell?.isDim(),
      cell?.isInverse(),
      cell?.isItalic(),
      cell?.isUnderline(),
    ];
  });
  return [cells, active.cursorX, active.cursorY];
}

const codes = ["", "0", "1", "2", "3", "4", "7", "22", "23", "24", "27", "31", "39", "90", "44", "49", "7;1"];
const style = fc.constantFrom(...codes, "31;1", "38;5;245", "48;2;1;2;3", "8", "53");
const piece = fc.oneof(
  { weight: 4, arbitrary: style.map((code) => `\u001B[${code}m`) },
  { weight: 2, arbitrary: fc.constant("\u001B[E") },
  fc.constantFrom("a", "key ", "…", "\r\n", "\u001B[K", "\u001B[3G", "\u001B[2A"),
);

describe("shortened output", () => {
  it("draws what the whole output draws, cell by cell", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const output = pieces.join("");
        expect(await drawn(shortenOutput(output))).toEqual(await drawn(output));
      }),
    );
  });

  it.each([
    ["lines that are passed over", "\u001B[E\u001B[E\u001B[Ea", "\u001B[3Ea"],
    [
      "styles that nothing is written in",
      "\u001B[1m\u001B[22m\u001B[2m\u001B[22m\u001B[2ma",
      "\u001B[22;2ma",
    ],
    ["a colour that another follows", "\u001B[31;1m\u001B[0m\u001B[36ma", "\u001B[0;36ma"],
  ])("leaves out %s", (_, output, shorter) => {
    expect(shortenOutput(output)).toBe(shorter);
  });

  it("leaves styles as they are that it does not know", () => {
    expect(shortenOutput("\u001B[53m\u001B[1ma")).toBe("\u001B[53m\u001B[1ma");
  });
});

describe("the first frame", () => {
  const [entered, home] = ["\u001B[?1049h", "\u001B[H"];

  it.each([
    ["a list", []],
    ["facts beside each other", ["enter"]],
    ["a list of commands", [":"]],
    ["a dialog", ["w"]],
    ["a filter", ["/", "a"]],
  ])("is, cell by cell, what Ink draws of %s", async (_, presses) => {
    const size = { columns: 120, rows: 24 };
    const driven = drive(size);
    const grace = { until: new Date(nowMs + 640_000).toISOString(), remainingSeconds: 640 };
    driven.load(
      [...makeInventory(30), makeManagedKey({ id: "key-g", name: "支払い-本番-鍵", grace })],
      false,
    );
    driven.press(...presses);
    const first = firstFrame(driven.state, makePaint(true));
    const byInk = `${entered}${home}${driven.screen(true).split("\n").join("\r\n")}`;
    const [cells] = (await drawn(first, size.columns, size.rows)) as readonly unknown[];
    const [inkCells] = (await drawn(byInk, size.columns, size.rows)) as readonly unknown[];
    expect(cells).toEqual(inkCells);
    expect(first).toContain("31 keys");
  });

  it("stays until Ink has lines to put in its place, on the same other screen", () => {
    const written: string[] = [];
    const stdout = { write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
    const wrapped = shortenWrites(stdout, true);
    for (const text of [entered, "\u001B[?25l", "one\ntwo", "\u001B[1Athree\n"]) wrapped.write(text);
    expect(written).toEqual(["", "\u001B[?25l", `${home}\u001B[Jone\ntwo`, "\u001B[1Athree\n"]);
  });
});
