import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import nodeModule from "node:module";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, it } from "vitest";
import { loadCompiled } from "../src/load-compiled.ts";

const load = nodeModule.createRequire(import.meta.filename);

function answerOf(file: string, cache: string): unknown {
  const bundle = loadCompiled(file, load, cache);
  const answer = (bundle.exports as { readonly answer: () => unknown }).answer();
  bundle.keep(true);
  return answer;
}

it("runs a bundle from what an earlier run compiled, and never from another content's", () => {
  using folder = makeTemporaryDirectory();
  const file = join(folder.path, "bundle.cjs");
  const cache = join(folder.path, "deep/cache");
  const write = (name: string, value: number) => {
    writeFileSync(file, `//${name}\nexports.answer = () => ${value};`);
  };
  write("first", 1);
  expect([answerOf(file, cache), answerOf(file, cache)]).toEqual([1, 1]);
  const [kept = "", ...more] = readdirSync(cache);
  expect([kept, more]).toEqual([expect.stringContaining("bundle.cjs-first-"), []]);
  // V8 itself tells contents apart by their length alone.
  write("other", 2);
  expect(answerOf(file, cache)).toBe(2);
});

it("keeps what a part of a run compiled until there is what a whole one did", () => {
  using folder = makeTemporaryDirectory();
  const file = join(folder.path, "bundle.cjs");
  const cache = join(folder.path, "cache");
  writeFileSync(file, "//first\nexports.answer = () => 1;");
  const keep = (isWhole: boolean): readonly string[] => {
    loadCompiled(file, load, cache).keep(isWhole);
    return readdirSync(cache).map((name) => (name.endsWith("-part") ? "part" : "whole"));
  };
  expect([keep(false), keep(false), keep(true), keep(false)]).toEqual([
    ["part"],
    ["part"],
    ["whole", "part"],
    ["whole", "part"],
  ]);
});

it("takes a cache that is none, or that cannot be written, for no cache", () => {
  using folder = makeTemporaryDirectory();
  const file = join(folder.path, "bundle.cjs");
  const cache = join(folder.path, "cache");
  writeFileSync(file, "//first\nexports.answer = () => 1;");
  answerOf(file, cache);
  const [first = ""] = readdirSync(cache);
  const other = join(cache, first.replace("-first-", "-other-"));
  writeFileSync(other, "no code");
  writeFileSync(file, "//other\nexports.answer = () => 22;");
  expect(answerOf(file, cache)).toBe(22);
  expect(readFileSync(other).length).toBeGreaterThan(100);
  expect(answerOf(file, file)).toBe(22);
});
