import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { makeInputFilter } from "../src/input/filter-input.ts";
import type { MousePress } from "../src/input/mouse-press.ts";
import { copyText } from "../src/effects/copy-text.ts";

async function filtered(...chunks: string[]) {
  const mouse: MousePress[] = [];
  const filter = makeInputFilter((press) => mouse.push(press));
  for (const chunk of chunks) filter.write(chunk);
  filter.end();
  return { typed: await text(filter), mouse };
}

describe("the input of a terminal", () => {
  it.each([
    ["a colour, ended by ST", "\u001B]11;rgb:0000/0000/0000\u001B\\"],
    ["a colour, ended by BEL", "\u001B]11;rgb:ffff/ffff/ffff\u0007"],
    ["a version", "\u001BP>|tmux 3.4\u001B\\"],
  ])("loses an answer that nobody typed: %s", async (_, reply) => {
    expect((await filtered(`j${reply}k`)).typed).toBe("jk");
    expect((await filtered(reply.slice(0, 5), reply.slice(5), "k")).typed).toBe("k");
  });

  it("keeps arrows, escapes and pastes as they are", async () => {
    const typed = "\u001B[A\u001B\u001B[200~a]b\u001B[201~é";
    expect((await filtered(typed)).typed).toBe(typed);
  });

  it("tells apart what the mouse did", async () => {
    const { typed, mouse } = await filtered("j\u001B[<64;10;5M\u001B[<0;3;7M\u001B[<0;3;7mk");
    expect(typed).toBe("jk");
    expect(mouse).toEqual([
      { kind: "wheel-up", column: 10, row: 5 },
      { kind: "click", column: 3, row: 7 },
    ]);
  });
});

describe("copying", () => {
  it("sends OSC 52, and nothing where the text is longer than terminals take", () => {
    const written: string[] = [];
    copyText("key_1", (bytes) => written.push(bytes));
    copyText("x".repeat(80_000), (bytes) => written.push(bytes));
    expect(written).toEqual([`\u001B]52;c;${Buffer.from("key_1").toString("base64")}\u0007`]);
  });
});
