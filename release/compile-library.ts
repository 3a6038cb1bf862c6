import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Compiles `packages/<name>/src` to JavaScript with declarations into `output`, file by file, as tsc does, and says
 * whether the declarations name types of Node.
 */
export function compileLibrary(root: string, name: string, output: string): { needsNodeTypes: boolean } {
  const source = join(root, "packages", name, "src");
  const config = join(root, `tsconfig.release-${name}.json`);
  const options = {
    extends: "./tsconfig.json",
    compilerOptions: {
      noEmit: false,
      incremental: false,
      tsBuildInfoFile: null,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      target: "es2023",
      rootDir: source,
      outDir: output,
    },
    include: [source],
  };
  // Beside tsconfig.json, because packages are looked up from the folder of the configuration.
  writeFileSync(config, JSON.stringify(options));
  try {
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", config], {
      stdio: "inherit",
    });
  } finally {
    rmSync(config);
  }
  // A compiler that is not told to load Node's types would not know Buffer.
  const withNodeTypes = readdirSync(output, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts"))
    .map((file) => join(output, file))
    .filter((file) => /\bBuffer\b|["']node:/.test(readFileSync(file, "utf8")));
  for (const file of withNodeTypes) {
    writeFileSync(file, `/// <reference types="node" />\n${readFileSync(file, "utf8")}`);
  }
  return { needsNodeTypes: withNodeTypes.length > 0 };
}
