import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { introduced } from "../src/policy/introduced.ts";
import { matchOf } from "./match.ts";

/** A match for each letter, which stands for a key; its line is its place. */
const keys = (letters: string) =>
  Array.from(letters, (fingerprint, index) => matchOf({ fingerprint, line: index + 1 }));
const linesOf = (after: string, before: string) =>
  introduced(keys(after), keys(before)).map(({ line }) => line);

describe("introduced", () => {
  it.each([
    ["what occurs more often than before", "aba", "a", [2, 3]],
    ["the last of several", "aaa", "aa", [3]],
    ["nothing for keys that moved, were reordered or removed", "ba", "abb", []],
    ["everything where nothing was before", "aa", "", [1, 2]],
    ["nothing where nothing is", "", "ab", []],
  ])("gives %s", (_, after, before, lines) => {
    expect(linesOf(after, before)).toEqual(lines);
  });

  it("gives of each key as many as there are more of it", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    const countIn = (text: string, letter: string) => text.split(letter).length - 1;
    fc.assert(
      fc.property(letters, letters, (after, before) => {
        const given = introduced(keys(after), keys(before)).map(({ fingerprint }) => fingerprint);
        for (const letter of "abc") {
          const more = Math.max(0, countIn(after, letter) - countIn(before, letter));
          expect(given.filter((one) => one === letter)).toHaveLength(more);
        }
      }),
    );
  });
});
