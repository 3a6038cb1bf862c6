import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** Who imports whom, by path from the repository's root, sorted. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Reads every import of the given TypeScript files, type-only and dynamic ones too. A package's name stands for the file
 * that its `exports` name; what is not in the repository is left out.
 */
export function readImportGraph(
  root: string,
  files: readonly string[],
  manifests: readonly string[],
): ImportGraph {
  const entries = new Map(manifests.flatMap((path) => entriesOf(root, path)));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const targets = importsOf(join(root, file))
        .map((specifier) =>
          specifier.startsWith(".") ? join(dirname(file), specifier) : (entries.get(specifier) ?? ""),
        )
        .filter((target) => known.has(target));
      return [file, [...new Set(targets)].sort()];
    }),
  );
}

/** Lists what a source file imports, re-exports or names in `import("…")`, in the words of its specifiers. */
export function importsOf(file: string, text = readFileSync(file, "utf8")): readonly string[] {
  const parsed = parseSync(file, text);
  if (parsed.errors[0] !== undefined) throw new SyntaxError(`${file}: ${parsed.errors[0].message}`);
  const { staticImports, staticExports } = parsed.module;
  const found = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
    ),
  ];
  // The tree is dear to build, and only it tells the types `import("…").Name`.
  if (!/\bimport\s*\(/.test(text)) return found;
  const note = (node: { readonly type: string; readonly value?: unknown }): void => {
    if (node.type === "Literal" && typeof node.value === "string") found.push(node.value);
  };
  new Visitor({
    ImportExpression: ({ source }) => note(source),
    TSImportType: ({ source }) => note(source),
  }).visit(parsed.program);
  return found;
}

/** Finds the sets of files that reach one another, each sorted (Tarjan's strongly connected components). */
export function findCircles(graph: ImportGraph): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const circles: (readonly string[])[] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    stack.push(file);
    let low = index;
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (stack.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    if (low !== index) return low;
    const members = stack.splice(stack.indexOf(file));
    if (members.length > 1 || graph.get(file)?.includes(file) === true) circles.push(members.sort());
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles.sort((one, other) => String(one[0]).localeCompare(String(other[0])));
}

function entriesOf(root: string, path: string): readonly (readonly [string, string])[] {
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, path), "utf8")) as {
    readonly name: string;
    readonly exports?: string | Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  const named = typeof exports === "string" ? { ".": exports } : exports;
  return Object.entries(named).flatMap(([entry, target]) => {
    const file =
      typeof target === "string" ? target : Object.values(target).find((one) => /\.tsx?$/.test(one));
    return file === undefined ? [] : [[join(name, entry), join(dirname(path), file)] as const];
  });
}
