import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeLinksAbsolute } from "../release/absolute-links.ts";
import { packedManifest } from "../release/packed-manifest.ts";
import type { Manifest } from "../release/packed-manifest.ts";
import { releaseNotes } from "../release/release-notes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const manifestOf = (folder: string): Manifest => JSON.parse(read(`${folder}/package.json`)) as Manifest;
const libraries = ["key-format", "scan", "management", "verifier"].map((name) => `packages/${name}`);
const programs = ["cli", "key-server", "github-app", "tui"].map((name) => `apps/${name}`);

describe("the package.json of a packed library", () => {
  test.each(libraries)("of %s exports compiled JavaScript with types, and nothing but it", (folder) => {
    const source = manifestOf(folder);
    const packed = packedManifest(source, true);
    const { exports = {} } = source;
    const paths = typeof exports === "string" ? { ".": exports } : exports;
    expect(packed.exports).toEqual({
      ...Object.fromEntries(
        Object.entries(paths).map(([entry, path]) => {
          expect(existsSync(join(root, folder, path))).toBe(true);
          const stem = path.replace("./src/", "./dist/").replace(/\.ts$/, "");
          return [entry, { types: `${stem}.d.ts`, default: `${stem}.js` }];
        }),
      ),
      "./package.json": "./package.json",
    });
    expect(packed).not.toHaveProperty("private");
    expect(packed).not.toHaveProperty("scripts");
    expect(packed).not.toHaveProperty("devDependencies");
    expect(packed).toMatchObject({
      name: source.name,
      license: "Apache-2.0",
      author: expect.any(String),
      keywords: expect.arrayContaining(["keywarden"]),
      homepage: expect.stringContaining(`/${folder}#readme`),
      bugs: { url: expect.stringMatching(/^https:/) },
      repository: { type: "git", url: expect.stringMatching(/^git\+https:/), directory: folder },
      engines: { node: ">=22.18" },
      publishConfig: { access: "public", provenance: true },
    });
  });

  test.each(libraries)("of %s requires what is released with it in the exact version", (folder) => {
    const packed = packedManifest(manifestOf(folder), true);
    const { "@types/node": nodeTypes, ...others } = packed.dependencies ?? {};
    expect(nodeTypes).toBe("*");
    const released = libraries.map((each) => manifestOf(each).name);
    const ours = Object.entries(others).filter(([name]) => name.startsWith("@keywarden/"));
    expect(ours).toEqual(released.filter((name) => name in others).map((name) => [name, packed.version]));
    expect(Object.values(others).filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });

  test("asks for Node's types only where the declarations name them", () => {
    const packed = packedManifest(
      { name: "a", version: "1.0.0", license: "MIT", exports: "./src/index.ts" },
      false,
    );
    expect(packed).not.toHaveProperty("dependencies");
  });
});

describe("the links of a packed README", () => {
  const web = "https://github.com/keywarden/keywarden/blob/v1";

  test("lead to the repository, and the others stay", () => {
    const text = "[a](../../docs/a.md#b) [c](src/) [d](https://d.example) [e](#f) [g](mailto:g@h.example)";
    expect(makeLinksAbsolute(text, "apps/cli", web)).toBe(
      `[a](${web}/docs/a.md#b) [c](${web}/apps/cli/src/) [d](https://d.example) [e](#f) [g](mailto:g@h.example)`,
    );
  });

  test.each([...programs, ...libraries])("of %s are all absolute", (folder) => {
    const packed = makeLinksAbsolute(read(`${folder}/README.md`), folder, web);
    expect(packed.match(/\]\((?!https:|#|mailto:)[^)\s]+\)/g) ?? []).toEqual([]);
  });
});

describe("release notes", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n- new\n\n## 0.2.0 (2026-02-01)\n\n- two\n\n## 0.1.0\n\n- one\n";

  test.each([
    ["0.2.0", "# Keywarden 0.2.0\n\n- two\n"],
    ["0.1.0", "# Keywarden 0.1.0\n\n- one\n"],
    ["0.3.0", "# Keywarden 0.3.0\n\n- new\n"],
  ])("of %s are its section, or what is unreleased", (version, notes) => {
    expect(releaseNotes(changelog, version)).toBe(notes);
  });

  test("are not made of nothing", () => {
    expect(() => releaseNotes("# Changelog\n\n## Unreleased\n", "0.1.0")).toThrow("says nothing of 0.1.0");
  });
});

describe("the release workflow", () => {
  const workflow = read(".github/workflows/release.yml");

  test("publishes each program and library, those first that others need, once the names are ours", () => {
    const npm = /^ {2}npm:\n((?: {4}.*\n|\n)+)/m.exec(workflow)?.[1] ?? "";
    expect(npm).toContain("\n    if: vars.PUBLISH_TO_NPM == 'true'\n");
    const order = /for name in keywarden-\{(.*?)\} keywarden\{(.*?)\};/.exec(npm)?.slice(1) ?? [];
    const [scoped = "", plain = ""] = order;
    expect([
      ...scoped.split(",").map((name) => `@keywarden/${name}`),
      ...plain.split(",").map((name) => `keywarden${name}`),
    ]).toEqual([...libraries, ...programs].map((folder) => manifestOf(folder).name));
  });
});
