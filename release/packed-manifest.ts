/** The members of a package.json that packing reads or changes; all others are passed on. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly repository?: { readonly url: string; readonly directory?: string };
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

/**
 * Gives the package.json that a tarball of a library holds: compiled JavaScript with types in the place of the
 * sources, and the exact version in the place of `*` for packages of this repository, which are released together.
 *
 * `needsNodeTypes` says whether the declarations name types of Node, which every consumer then needs.
 */
export function packedManifest(manifest: Manifest, needsNodeTypes: boolean): Manifest {
  const { private: _private, scripts: _scripts, devDependencies: _dev, exports = {}, ...rest } = manifest;
  const entries = typeof exports === "string" ? { ".": exports } : exports;
  const compiled = Object.entries(entries).map(([name, path]) => [name, compiledEntry(path)] as const);
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(
    ([name, range]) => [name, range === "*" ? manifest.version : range] as const,
  );
  if (needsNodeTypes) dependencies.push(["@types/node", "*"]);
  return {
    ...rest,
    exports: { ...Object.fromEntries(compiled), "./package.json": "./package.json" },
    files: ["dist"],
    sideEffects: false,
    ...(dependencies.length > 0 && { dependencies: Object.fromEntries(dependencies) }),
    engines: { node: ">=22.18" },
    publishConfig: { access: "public", provenance: true },
  };
}

function compiledEntry(path: string): { readonly types: string; readonly default: string } {
  const stem = path.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, "");
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}
