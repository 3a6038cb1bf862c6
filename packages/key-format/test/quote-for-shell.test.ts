import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { countOf, quoteForShell } from "@keywarden/key-format";

it.runIf(process.platform !== "win32")("writes words that a shell reads as they are", () => {
  // No shell can pass a NUL.
  const word = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
  const tricky = fc.constantFrom(
    "",
    "it's",
    "a b",
    "~",
    "~/x",
    "=ls",
    "#x",
    "a#b",
    "$HOME",
    "`id`",
    "-n",
    "*",
    "\\",
    "é\n",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, tricky), { minLength: 1, maxLength: 20 }), (words) => {
      const line = `printf '%s\\0' ${words.map(quoteForShell).join(" ")}`;
      const read = execFileSync("sh", ["-c", line], { encoding: "utf8" }).split("\0").slice(0, -1);
      expect(read).toEqual(words.map((text) => text.toWellFormed()));
    }),
    { numRuns: 20 },
  );
});

it.each([
  ["key_1", "key_1"],
  ["env:.env#API_KEY", "env:.env#API_KEY"],
  ["./a b", "'./a b'"],
  ["it's", String.raw`'it'\''s'`],
  ["", "''"],
])("quotes only what needs it: %s", (word, quoted) => {
  expect(quoteForShell(word)).toBe(quoted);
});

it("writes a number of things with the plural that it needs", () => {
  const said = [0, 1, 2].map((count) => [countOf(count, "key"), countOf(count, "entry", "entries")]);
  expect(said).toEqual([
    ["0 keys", "0 entries"],
    ["1 key", "1 entry"],
    ["2 keys", "2 entries"],
  ]);
});
