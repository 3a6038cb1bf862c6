import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { filesAbove, valueAnywhere } from "../src/format-files.ts";
import { makeOutputRedactor } from "../src/redactor.ts";

const key = `acme_live_${"k7".repeat(16)}`;
const patternKey = `acme-app-${"4f".repeat(20)}`;

describe("a key of a format that a file declares is hidden, whatever else is wrong with the file", () => {
  it.each<[what: string, source: string]>([
    [
      "a list of providers",
      `[{ "formats": [{ "prefix": "acme_live_" }], "patterns": [{ "pattern": "acme-app-{hex:40}" }] }]`,
    ],
    [
      "a keywarden.json",
      `{ "providers": [{ "x": [{ "prefix": "acme_live_", "pattern": "acme-app-{hex:40}" }] }] }`,
    ],
    ["JSON that breaks off", `{"prefix":"acme_live_","pattern"\n:"acme-app-{hex:40}",`],
    ["escapes", String.raw`"prefix": "acme\u005flive_" "pattern": "acme\u002dapp-{hex:40}"`],
    [
      "other declarations that cannot be used",
      `"prefix": "!", "prefix": "acme_live_", "pattern": "{", "pattern": "acme-app-{hex:40}"`,
    ],
  ])("%s", (_, source) => {
    using directory = makeTemporaryDirectory();
    const file = join(directory.path, "keywarden.json");
    writeFileSync(file, source);
    const { redact } = makeOutputRedactor(() => [join(directory.path, "missing.json"), file]);
    const shown = redact(`of ${key} and ${patternKey}.`);
    expect(shown).toMatch(/^of acme_live_…\w{4} and acme-app-…\w{4}\.$/);
  });
});

it("the files are read when there is first something to show, and once", () => {
  let reads = 0;
  const { redact } = makeOutputRedactor(() => {
    reads += 1;
    return [];
  });
  expect(reads).toBe(0);
  redact("one");
  redact("two");
  expect(reads).toBe(1);
});

it("a file may be in the folder or in any above it", () => {
  const [first, second, ...rest] = filesAbove("/a/b", "x.json");
  expect([first, second]).toEqual([join("/a/b", "x.json"), join("/a", "x.json")]);
  expect(rest).toEqual([join("/", "x.json")]);
});

it.each<[argv: readonly string[], env: Readonly<Record<string, string>>, values: readonly string[]]>([
  [["--config", "a", "--bogus"], {}, ["a"]],
  [["serve", "--config=a"], {}, ["a"]],
  [["--config"], {}, []],
  [[], { CONFIG: "b" }, ["b"]],
  [["--config", "a"], { CONFIG: "b" }, ["a", "b"]],
  [["--configs", "a"], { CONFIG: "" }, []],
])("%j with %j names %j", (argv, env, values) => {
  expect(valueAnywhere({ argv, env }, "config", "CONFIG")).toEqual(values);
});
