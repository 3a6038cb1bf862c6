import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = execFileSync("git", ["ls-files", "-z", "apps/*/src/**", "packages/*/src/**"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => /\.tsx?$/.test(path));

const lateImport = /(?:const|let)\s+([^=]+?)\s*=\s*await import\("([^".][^"]*)"\)/g;

/** What takes names from a CommonJS package that is imported when it is needed: `file: package`. */
function namesTaken(file: string, text: string): readonly string[] {
  return [...text.matchAll(lateImport)].flatMap(([, taken = "", wanted = ""]) =>
    isCommonJs(wanted) && !/^\{\s*default:/.test(taken) ? [`${file}: ${wanted}`] : [],
  );
}

function isCommonJs(wanted: string): boolean {
  if (wanted.startsWith("node:") || wanted.startsWith("@keywarden/")) return false;
  const name = wanted.split("/", wanted.startsWith("@") ? 2 : 1).join("/");
  const manifest = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
    readonly type?: string;
  };
  return manifest.type !== "module";
}

// From sources Node finds some of the names of a CommonJS module; a bundle has its default alone.
describe("what a program imports when it needs it", () => {
  test("takes the default of a CommonJS package", () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.flatMap((file) => namesTaken(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
  });

  test("would be told from one that takes a name", () => {
    const text = `const { Pool } = await import("pg");\nconst { default: pg } = await import("pg");`;
    expect(namesTaken("a.ts", text)).toEqual(["a.ts: pg"]);
  });
});
