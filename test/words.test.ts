import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const committed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const documents = committed.filter((path) => path.endsWith(".md"));

describe("the dictionary of cspell", () => {
  const words = read(".cspell/words.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

  test("is sorted and has each word once", () => {
    const fold = (word: string): string => word.toLowerCase();
    expect(words.map(fold)).toEqual([...new Set(words.map(fold))].toSorted());
  });

  test("has no word that nothing uses", () => {
    const text = committed
      .filter((path) => !path.startsWith(".cspell/") && !/\.(lock|json|snap|bin)$/.test(path))
      .map((path) => read(path).toLowerCase())
      .join("\n");
    expect(words.filter((word) => !text.includes(word.toLowerCase()))).toEqual([]);
  });
});

describe("documents", () => {
  test("have no line of prose over 110 characters", () => {
    expect(documents.flatMap((path) => findLongLines(path))).toEqual([]);
  });

  test("CHANGELOG.md has entries of at most two lines, each under the kind of its change", () => {
    const sections = read("CHANGELOG.md").split(/^## /m).slice(1);
    for (const section of sections) {
      const headings = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
      const kinds = ["Added", "Changed", "Fixed", "Security"];
      expect(headings).toEqual(kinds.filter((kind) => headings.includes(kind)));
      const body = section
        .replace(/^.*\n/, "")
        .replace(/^###.*$/gm, "")
        .replace(/^\*\*.*\*\*$/gm, "");
      const entries = body.split(/^- /m).slice(1);
      expect(entries.filter((entry) => entry.trim().split("\n").length > 2)).toEqual([]);
    }
  });
});

/** Lines of prose that are too long to read; tables, code, and lines that one link makes long are not prose. */
function findLongLines(path: string): string[] {
  let isCode = false;
  return read(path)
    .split("\n")
    .flatMap((line, index) => {
      if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
      const isTable = /^\s*(>\s*)?\|/.test(line);
      const text = line.replaceAll(/\]\([^)]*\)/g, "]");
      return isCode || isTable || text.length <= 110 ? [] : [`${path}:${index + 1} (${text.length})`];
    });
}
