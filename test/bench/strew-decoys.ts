import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Files that a manifest or an ignore rule has to decide about, and some that npm never ships. */
const decoys: Readonly<Record<string, string>> = {
  ".env": "A=1\n",
  ".claude/settings.json": "{}\n",
  ".npmrc": "loglevel=silent\n",
  ".git/config": "",
  "decoy.key": "x\n",
  "src/decoy.ts": "export {};\n",
  "dist/decoy.js.map": "{}\n",
  "lib/decoy.log": "x\n",
  "ignored/decoy.txt": "x\n",
  "node_modules/decoy/index.js": "",
  "node_modules/decoy/.env": "A=1\n",
  "node_modules/decoy/package.json": '{ "name": "decoy", "version": "1.0.0" }\n',
};

const rules: readonly Readonly<Record<string, string>>[] = [
  {},
  { ".gitignore": "ignored\n*.map\n" },
  { ".gitignore": "dist\n", ".npmignore": "ignored\n!ignored/decoy.txt\n*.key\n" },
  { "lib/.npmignore": "*.log\n", ".npmignore": "/src\n.env\n" },
  { "lib/.gitignore": "*\n!kept.log\n", "lib/kept.log": "x\n" },
];

/**
 * Copies an installed package to a new place and adds what `files`, ignore rules and bundled dependencies decide about: of
 * ten packages in turn each gets other rules, every third the decoy as a bundled dependency, every other one a workspace
 * around it.
 *
 * @returns the folder of the copy
 */
export function strewDecoys(folder: string, place: string, turn: number): string {
  const isWorkspace = turn % 2 === 1;
  const copy = join(place, isWorkspace ? "packages" : "", basename(folder));
  cpSync(folder, copy, { recursive: true });
  for (const [path, text] of Object.entries({ ...decoys, ...rules[turn % rules.length] })) {
    const file = join(copy, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (turn % 3 === 0) bundleDecoy(join(copy, "package.json"));
  if (isWorkspace) {
    const top = { name: "top", version: "1.0.0", private: true, workspaces: ["packages/*"] };
    writeFileSync(join(place, "package.json"), JSON.stringify(top));
  }
  return copy;
}

function bundleDecoy(file: string): void {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as {
    readonly dependencies?: object;
    readonly bundleDependencies?: readonly string[];
    readonly bundledDependencies?: readonly string[];
  };
  const bundled = manifest.bundleDependencies ?? manifest.bundledDependencies ?? [];
  const changed = {
    ...manifest,
    dependencies: { ...manifest.dependencies, decoy: "1.0.0" },
    bundleDependencies: [...bundled, "decoy"],
  };
  writeFileSync(file, JSON.stringify(changed));
}
