import { execFile } from "node:child_process";
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { openPackage } from "../../apps/cli/src/scan/open-package.ts";
import type { Terminal } from "../../apps/cli/src/terminal.ts";
import type { Section } from "./report.ts";
import { strewDecoys } from "./strew-decoys.ts";

const run = promisify(execFile);
const quiet = { ...process.env, npm_config_loglevel: "silent" };
/** They bring some hundred packages of many authors, one of them with bundled dependencies. */
const asked = ["npm@11.19.1", "express@5.1.0", "eslint@9.39.1"];
const mostInstalled = 80;

/**
 * Whether `scan --package` looks at exactly the files that `npm pack` ships: of packages that npm installs from its
 * registry, and of those in the checkouts that KEYWARDEN_CHECKOUTS names, parted by colons.
 *
 * An installed package holds nothing but what was shipped, so decoys are added to it that its rules have to decide about.
 */
export async function benchPackageLists(): Promise<Section> {
  using place = makeTemporaryDirectory();
  const different: string[] = [];
  let packages = 0;
  let files = 0;
  let held = 0;
  let refused = 0;
  const compare = async (folder: string): Promise<void> => {
    const shipped = await listShipped(folder, place.path);
    if (shipped === null) {
      refused += 1;
      return;
    }
    packages += 1;
    files += shipped.length;
    held += countFiles(folder);
    if (JSON.stringify(await listScanned(folder)) !== JSON.stringify(shipped)) different.push(folder);
  };
  const installed = await installPackages(place.path);
  for (const [turn, folder] of installed.entries()) {
    const copies = join(place.path, "copies");
    await compare(strewDecoys(folder, copies, turn));
    rmSync(copies, { recursive: true });
  }
  for (const folder of listCheckedOut()) await compare(folder);
  return {
    title: "Packages",
    method:
      "The files that `npm pack` ships from a package, and those that `scan --package` scans; " +
      "real packages with decoys that `files`, ignore rules, workspaces and bundled dependencies decide about.",
    rows: [
      {
        measure: "packages that npm packs",
        value: String(packages),
        compared: `${installed.length} installed`,
      },
      { measure: "files that it ships", value: String(files), compared: `of ${held} in their folders` },
      { measure: "with the same list", value: String(packages - different.length), compared: "" },
      { measure: "with another", value: String(different.length), compared: different.join(" ") },
      { measure: "that npm does not pack", value: String(refused), compared: "" },
    ],
  };
}

async function installPackages(place: string): Promise<readonly string[]> {
  const project = join(place, "project");
  mkdirSync(project);
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", project];
  await run("npm", ["install", ...flags, ...asked], { cwd: project, env: quiet, maxBuffer: 1 << 26 });
  const modules = join(project, "node_modules");
  return globSync(["*/package.json", "@*/*/package.json"], { cwd: modules })
    .map((file) => join(modules, file, ".."))
    .filter((folder) => !lstatSync(folder).isSymbolicLink() && hasName(folder))
    .sort()
    .slice(-mostInstalled);
}

const countFiles = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

function listCheckedOut(): readonly string[] {
  const checkouts = (process.env["KEYWARDEN_CHECKOUTS"] ?? "").split(":").filter((path) => path !== "");
  return checkouts.flatMap((checkout) =>
    globSync(["package.json", "{packages,workspaces}/**/package.json"], {
      cwd: checkout,
      exclude: (path) => path.includes("node_modules") || path.includes("__"),
    })
      .map((file) => join(realpathSync(checkout), file, ".."))
      .filter(hasName),
  );
}

function hasName(folder: string): boolean {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return false;
  try {
    const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name?: unknown; version?: unknown };
    return typeof name === "string" && typeof version === "string";
  } catch {
    // A fixture may be no JSON on purpose.
    return false;
  }
}

async function listShipped(folder: string, place: string): Promise<readonly string[] | null> {
  const out = join(place, "packed");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const flags = ["--ignore-scripts", "--offline", "--workspaces=false", "--pack-destination", out];
  try {
    await run("npm", ["pack", ...flags], { cwd: folder, env: quiet });
  } catch {
    return null;
  }
  const [tarball = ""] = globSync("*.tgz", { cwd: out });
  const { stdout } = await run("tar", ["tzf", join(out, tarball), "--quoting-style=literal"], {
    maxBuffer: 1 << 26,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^package\//, ""))
    .sort();
}

async function listScanned(folder: string): Promise<readonly string[]> {
  const terminal = { directory: folder, env: process.env, now: Date.now } as unknown as Terminal;
  const found = await openPackage(undefined, terminal);
  return found.kind === "files" ? found.paths.map((path) => relative(folder, path)).sort() : [];
}
