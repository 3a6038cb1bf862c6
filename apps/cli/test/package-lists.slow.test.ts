import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, it } from "vitest";
import { openPackage } from "../src/scan/open-package.ts";
import type { Terminal } from "../src/terminal.ts";

type Files = Readonly<Record<string, string>>;

const manifest = (fields: object = {}): string =>
  JSON.stringify({ name: "shop", version: "1.0.0", ...fields });

const packages: Readonly<Record<string, { readonly files: Files; readonly folder?: string }>> = {
  "a list of files with a glob and an exception": {
    files: {
      "package.json": manifest({
        files: ["dist/**/*.js", "!dist/**/*.test.js", "docs"],
        main: "./index.cjs",
      }),
      "dist/a.js": "",
      "dist/deep/a.test.js": "",
      "docs/.env": "A=1\n",
      "index.cjs": "",
      "src/a.ts": "",
      readme: "",
      "license.md": "",
    },
  },
  "an .npmignore that takes the place of .gitignore": {
    files: {
      "package.json": manifest({ bin: { shop: "./ignored/run.js" } }),
      ".gitignore": "dist\n.env\n",
      ".npmignore": "src\nignored\n",
      "dist/a.js": "",
      "ignored/run.js": "",
      "src/a.ts": "",
      ".env": "A=1\n",
      ".claude/settings.json": "{}",
      "lib/.npmignore": "*.map\n!kept.map\n",
      "lib/a.map": "",
      "lib/kept.map": "",
    },
  },
  "what git ignores, and what npm never ships": {
    files: {
      "package.json": manifest(),
      ".gitignore": "*.log\n/build\n",
      "a.log": "",
      "build/a.js": "",
      "src/build/a.js": "",
      ".npmrc": "",
      "package-lock.json": "{}",
      ".git/HEAD": "",
      "src/.DS_Store": "",
      "a name with spaces.txt": "",
      "ünïcode.txt": "",
    },
  },
  "bundled dependencies, with what they need": {
    files: {
      "package.json": manifest({ dependencies: { a: "1.0.0", c: "1.0.0" }, bundleDependencies: ["a"] }),
      "node_modules/a/package.json": '{"name":"a","version":"1.0.0","dependencies":{"b":"1.0.0"}}',
      "node_modules/a/a.js": "",
      "node_modules/a/.env": "A=1\n",
      "node_modules/b/package.json": '{"name":"b","version":"1.0.0"}',
      "node_modules/c/package.json": '{"name":"c","version":"1.0.0"}',
    },
  },
  "the top of workspaces": {
    files: {
      "package.json": manifest({ private: true, workspaces: ["packages/*"] }),
      "packages/a/package.json": '{"name":"a","version":"1.0.0"}',
      "packages/a/a.js": "",
      "top.js": "",
    },
  },
  "one of several workspaces": {
    folder: "packages/a",
    files: {
      "package.json": manifest({ private: true, workspaces: ["packages/*"] }),
      ".gitignore": "dist\n",
      "packages/a/package.json": '{"name":"a","version":"1.0.0","files":["dist"]}',
      "packages/a/dist/a.js": "",
      "packages/a/src/a.ts": "",
      "packages/b/package.json": '{"name":"b","version":"1.0.0"}',
    },
  },
};

it.each(Object.entries(packages))("lists what npm packs: %s", async (_, { files, folder = "." }) => {
  using place = makeTemporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place.path, "project", path)), { recursive: true });
    writeFileSync(join(place.path, "project", path), text);
  }
  const directory = join(place.path, "project", folder);
  const env = { ...process.env, HOME: place.path };
  const flags = [
    "--silent",
    "--offline",
    "--ignore-scripts",
    "--workspaces=false",
    "--pack-destination",
    place.path,
  ];
  execFileSync("npm", ["pack", ...flags], { cwd: directory, env });
  const tarball = readdirSync(place.path).find((name) => name.endsWith(".tgz")) ?? "";
  const packed = execFileSync("tar", ["tzf", join(place.path, tarball), "--quoting-style=literal"], {
    encoding: "utf8",
  });
  const found = await openPackage(undefined, { directory, env, now: () => 0 } as unknown as Terminal);
  const listed = found.kind === "files" ? found.paths.map((path) => relative(directory, path)) : [];
  const shipped = packed
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
  expect(listed.toSorted()).toEqual(shipped.toSorted());
  expect(listed.length).toBeGreaterThan(1);
});
