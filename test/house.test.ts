import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findCircles, importsOf, readImportGraph, type ImportGraph } from "./import-graph.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const committed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const source = committed.filter((path) => /^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(path));
const manifests = committed.filter((path) => /^(packages|apps)\/[^/]+\/package\.json$/.test(path));
const graph = readImportGraph(root, source, manifests);

// Circles that were there before this test was; a circle that is mended leaves the list, and none may join it.
const knownCircles: readonly (readonly string[])[] = [];

// Folders that were fuller before this test was; the list may only shrink.
const knownCrowds: readonly string[] = [];

const floors: readonly (readonly string[])[] = [
  ["packages/files", "packages/key-format"],
  [
    "packages/git",
    "packages/hygiene",
    "packages/management",
    "packages/rotation",
    "packages/scan",
    "packages/storage",
    "packages/verifier",
    "packages/channels",
  ],
  [
    "packages/command-line",
    "packages/inventory",
    "packages/repository-config",
    "packages/repository-scan",
    "packages/testing",
  ],
  ["apps/cli", "apps/github-app", "apps/key-server", "apps/showcase", "apps/tui"],
];

// What is built for tests alone.
const forOthers = ["packages/testing"];

const houseOf = (file: string): string => file.split("/").slice(0, 2).join("/");
const floorOf = (house: string): number => floors.findIndex((floor) => floor.includes(house));

describe("the house", () => {
  test("has no file that reaches itself through what it imports, types and lazy imports counted", () => {
    const circles = findCircles(graph);
    const isPartOf = (circle: readonly string[], known: readonly string[]): boolean =>
      circle.every((file) => known.includes(file));
    expect(circles.filter((circle) => !knownCircles.some((known) => isPartOf(circle, known)))).toEqual([]);
    expect(knownCircles.filter((known) => !circles.some((circle) => isPartOf(circle, known)))).toEqual([]);
  });

  test("has no package that reaches itself", () => {
    expect(findCircles(betweenHouses(graph))).toEqual([]);
  });

  test("imports downwards: apps, then what they share, then what each is made of, then key formats", () => {
    const upwards = [...betweenHouses(graph)].flatMap(([house, targets]) =>
      targets.filter((target) => floorOf(target) > floorOf(house)).map((target) => `${house} → ${target}`),
    );
    expect(upwards).toEqual([]);
  });

  test("gives every package and app its floor", () => {
    expect(manifests.map((path) => dirname(path)).filter((house) => floorOf(house) === -1)).toEqual([]);
    expect(floors.flat().filter((house) => !manifests.includes(`${house}/package.json`))).toEqual([]);
  });

  test("keeps no shared package that only one other house is built on", () => {
    const users = new Map<string, string[]>();
    for (const [house, targets] of betweenHouses(graph))
      for (const target of targets) users.set(target, [...(users.get(target) ?? []), house]);
    const shared = [...graph.keys()].map(houseOf).filter((house) => house.startsWith("packages/"));
    const lonely = [...new Set(shared)].filter((house) => (users.get(house)?.length ?? 0) < 2);
    expect(lonely.sort(byText)).toEqual([...forOthers]);
  });

  test("lets no program be built on what only tests use, except the showcase", () => {
    const users = [...betweenHouses(graph)].filter(([, targets]) => targets.includes("packages/testing"));
    expect(users.map(([house]) => house)).toEqual(["apps/showcase"]);
  });

  test("has at most 25 source files beside each other", () => {
    const sizes = new Map<string, number>();
    for (const file of source) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
    const crowds = [...sizes].filter(([, files]) => files > 25).map(([folder]) => folder);
    expect(crowds.sort(byText)).toEqual(knownCrowds);
  });

  test.each([
    ["packages/hygiene/src/", "whole"],
    ["packages/key-format/src/", "whole"],
    ["packages/scan/src/", "whole"],
    ["packages/inventory/src/", "top"],
  ])("%s is pure (%s): it asks nothing of the machine", (folder, part) => {
    const asks = source
      .filter((file) => file.startsWith(folder) && (part === "whole" || `${dirname(file)}/` === folder))
      .filter((file) => importsOf(join(root, file)).some((specifier) => specifier.startsWith("node:")));
    expect(asks).toEqual([]);
  });

  test("keeps its doorstep clear: the root holds nothing but these", () => {
    const roots = new Set(committed.map((path) => path.split("/")[0]));
    expect([...roots].sort(byText)).toEqual([
      ".ci",
      ".cspell",
      ".gitattributes",
      ".github",
      ".gitignore",
      ".husky",
      ".npmrc",
      ".oxfmtrc.json",
      ".oxlintrc.json",
      ".pre-commit-hooks.yaml",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "action.yml",
      "apps",
      "build.ts",
      "bundle-prelude.js",
      "cspell.json",
      "docs",
      "knip.jsonc",
      "package-lock.json",
      "package.json",
      "packages",
      "release",
      "templates",
      "test",
      "tsconfig.json",
      "turbo.json",
      "vitest.config.ts",
    ]);
  });
});

describe("the import graph", () => {
  test("sees every way in which a file can name another", () => {
    const text = [
      'import "./a.ts";',
      'import { b } from "./b.ts";',
      'import type { C } from "./c.ts";',
      'export { d } from "./d.ts";',
      'export type { E } from "./e.ts";',
      'export * from "./f.ts";',
      'const g = () => import("./g.ts");',
      'type H = import("./h.ts").H;',
      '// import "./comment.ts";',
      "const text = 'import \"./text.ts\"';",
    ].join("\n");
    const named = importsOf("example.ts", text);
    expect([...new Set(named)].sort()).toEqual([..."abcdefgh"].map((letter) => `./${letter}.ts`));
  });

  test("finds a circle of three and a file that imports itself, and nothing else", () => {
    const example = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["a"]],
      ["d", ["e"]],
      ["e", []],
      ["f", ["f", "a"]],
    ]);
    expect(findCircles(example)).toEqual([["a", "b", "c"], ["f"]]);
  });
});

const byText = (one = "", other = ""): number => (one < other ? -1 : Number(one > other));

/** The same graph with a package or an app for each file. */
function betweenHouses(files: ImportGraph): ImportGraph {
  const houses = new Map<string, Set<string>>();
  for (const [file, targets] of files) {
    const house = houses.get(houseOf(file)) ?? new Set();
    houses.set(houseOf(file), house);
    for (const target of targets) if (houseOf(target) !== houseOf(file)) house.add(houseOf(target));
  }
  return new Map([...houses].map(([house, targets]) => [house, [...targets].sort()]));
}
