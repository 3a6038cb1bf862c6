// Makes what a release consists of in dist/release: `npm run release [-- --allow-dirty]`. It publishes nothing.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeLinksAbsolute } from "./absolute-links.ts";
import { compileLibrary } from "./compile-library.ts";
import { packedManifest } from "./packed-manifest.ts";
import type { Manifest } from "./packed-manifest.ts";
import { releaseNotes } from "./release-notes.ts";

const programs = ["cli", "key-server", "github-app", "tui"];
// In the order in which they need each other.
const libraries = ["key-format", "scan", "management", "verifier"];

const root = join(import.meta.dirname, "..");
const output = join(root, "dist", "release");
const run = (command: string, args: readonly string[], cwd = root): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const changed = run("git", ["status", "--porcelain"]).trim();
if (changed !== "" && !process.argv.includes("--allow-dirty")) {
  process.stderr.write(`A release is made from a clean tree. Commit or remove first:\n${changed}\n`);
  process.exit(2);
}
const commit = run("git", ["rev-parse", "HEAD"]).trim();
run("npm", ["run", "build"]);
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const staging = mkdtempSync(join(tmpdir(), "keywarden-release-"));
try {
  for (const name of programs) pack(join("apps", name), name);
  for (const name of libraries) pack(join("packages", name), name);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

const { version } = readManifest(".");
writeFileSync(
  join(output, "RELEASE-NOTES.md"),
  releaseNotes(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version),
);
const sums = readdirSync(output)
  .sort()
  .map(
    (file) =>
      `${createHash("sha256")
        .update(readFileSync(join(output, file)))
        .digest("hex")}  ${file}`,
  );
writeFileSync(join(output, "SHA256SUMS"), `${sums.join("\n")}\n`);
process.stdout.write(`Keywarden ${version}, commit ${commit}, in dist/release:\n${sums.join("\n")}\n`);

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8")) as Manifest;
}

/** Packs one workspace; what the tarball holds is laid out first, so that its manifest can differ from the source's. */
function pack(directory: string, name: string): void {
  const stage = join(staging, name);
  mkdirSync(stage);
  const manifest = readManifest(directory);
  const isLibrary = directory.startsWith("packages");
  const packed = isLibrary
    ? packedManifest(manifest, compileLibrary(root, name, join(stage, "dist")).needsNodeTypes)
    : withoutDevelopment(manifest);
  if (!isLibrary) cpSync(join(root, directory, "dist"), join(stage, "dist"), { recursive: true });
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(packed, undefined, 2)}\n`);
  const web = `${(manifest.repository?.url ?? "").replace(/^git\+|\.git$/g, "")}/blob/${commit}`;
  const readme = readFileSync(join(root, directory, "README.md"), "utf8");
  writeFileSync(join(stage, "README.md"), makeLinksAbsolute(readme, directory, web));
  copyFileSync(join(root, "LICENSE"), join(stage, "LICENSE"));
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", output], stage);
  if (!isLibrary) {
    copyFileSync(
      join(stage, "dist", "sbom.cdx.json"),
      join(output, `${manifest.name}-${manifest.version}.cdx.json`),
    );
  }
}

/** A bundled program needs none of what it was built from. */
function withoutDevelopment({ devDependencies: _dev, scripts: _scripts, ...rest }: Manifest): Manifest {
  return rest;
}
