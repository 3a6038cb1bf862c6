import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeFolder } from "../src/index.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("a folder is made with all that are missing above it, each with the mode", () => {
  using folder = makeTemporaryDirectory();
  const top = folder.path;
  makeFolder(join(top, "a/b/c"), { mode: 0o700 });
  expect([modeOf(join(top, "a")), modeOf(join(top, "a/b")), modeOf(join(top, "a/b/c"))]).toEqual([
    0o700, 0o700, 0o700,
  ]);
});

test("a folder that is there stays as it is, behind a link too", () => {
  using folder = makeTemporaryDirectory();
  const top = folder.path;
  mkdirSync(join(top, "here"));
  chmodSync(join(top, "here"), 0o751);
  symlinkSync("here", join(top, "link"));
  makeFolder(join(top, "here"), { mode: 0o700 });
  makeFolder(join(top, "link"));
  makeFolder(join(top, "link/below"));
  expect([modeOf(join(top, "here")), existsSync(join(top, "here/below"))]).toEqual([0o751, true]);
});

test.each([
  ["a file has the name", "file", "EEXIST"],
  ["a file is above", "file/folder", "ENOTDIR"],
  ["a link to nowhere has the name", "nowhere", "EEXIST"],
])("where %s, the error says so", (_, path, code) => {
  using folder = makeTemporaryDirectory();
  const top = folder.path;
  writeFileSync(join(top, "file"), "");
  symlinkSync("gone/for/good", join(top, "nowhere"));
  expect(() => makeFolder(join(top, path))).toThrow(expect.objectContaining({ code }));
});

test.skipIf(!existsSync("/proc/self"))("where every new entry is called missing, it ends", () => {
  expect(() => makeFolder("/proc/keywarden/below")).toThrow(expect.objectContaining({ code: "ENOENT" }));
});
