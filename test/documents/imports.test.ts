import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCodeBlocks } from "./code-blocks.ts";

const root = join(import.meta.dirname, "../..");
const documents = execFileSync("git", ["ls-files", "-z", "*.md"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "");

interface NamedImport {
  readonly document: string;
  readonly module: string;
  readonly name: string;
}

/** Lists what the examples of a document import from our packages, types left out: they are gone at run time. */
function listImports(document: string): readonly NamedImport[] {
  const examples = readCodeBlocks(readFileSync(join(root, document), "utf8"));
  return examples
    .filter(({ language }) => language === "ts")
    .flatMap(({ text }) => [...text.matchAll(/^import \{ ([^}]+) \} from "(@keywarden\/[^"]+)";$/gm)])
    .flatMap(([, names = "", module = ""]) =>
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => !name.startsWith("type "))
        .map((name) => ({ document, module, name })),
    );
}

const imports = documents.flatMap(listImports);

test("the documents show imports from most packages", () => {
  expect(new Set(imports.map(({ module }) => module)).size).toBeGreaterThanOrEqual(8);
});

test.each(imports)("$document imports $name from $module, and it is there", async ({ module, name }) => {
  expect(await import(module)).toHaveProperty(name);
});
