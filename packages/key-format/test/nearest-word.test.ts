import { expect, test } from "vitest";
import { nearestWord } from "../src/index.ts";

test.each([
  ["scna", ["scan", "keys"], "scan"],
  ["gret", ["greet", "list"], "greet"],
  ["afroo", ["aero2", "aforo"], "aforo"],
  ["--verison", ["--version", "--verbose"], "--version"],
  ["--min-confidance", ["--min-confidence", "--min-severity"], "--min-confidence"],
  ["prod", ["production", "sandbox"], "production"],
  ["claude-code", ["claude", "codex", "cursor"], "claude"],
  ["p", ["production", "sandbox"], undefined],
  // As far from each other as from many words.
  ["nope", ["home", "opt", "tmp"], undefined],
  ["--reason", ["--version", "--server"], undefined],
  ["xy", ["id", "to"], undefined],
])("%s of %j was probably meant to be %s", (word, candidates, meant) => {
  expect(nearestWord(word, candidates)).toBe(meant);
});
