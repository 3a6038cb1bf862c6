import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { openPackage } from "../../apps/cli/src/scan/open-package.ts";
import type { Terminal } from "../../apps/cli/src/terminal.ts";
import type { Section } from "./report.ts";

const run = promisify(execFile);
const mostInstalled = 60;
const quiet = { ...process.env, npm_config_loglevel: "silent" };

/**
 * Whether `scan --package` looks at exactly the files that `npm pack` ships: packages that are installed here, and those in
 * the checkouts that KEYWARDEN_CHECKOUTS names, parted by colons.
 */
export async function benchPackageLists(): Promise<Section> {
  using place = makeTemporaryDirectory();
  const folders = [...copyInstalled(place.path), ...listCheckedOut()];
  const different: string[] = [];
  let files = 0;
  let refused = 0;
  for (const folder of folders) {
    const shipped = await listShipped(folder, place.path);
    if (shipped === null) {
      refused += 1;
      continue;
    }
    const listed = await listScanned(folder);
    files += shipped.length;
    if (JSON.stringify(listed) !== JSON.stringify(shipped)) different.push(folder);
  }
  return {
    title: "Packages",
    method: "The files that `npm pack` ships from a package, and those that `scan --package` scans.",
    rows: [
      {
        measure: "packages that npm packs",
        value: String(folders.length - refused),
        compared: `${files} files`,
      },
      {
        measure: "with the same list",
        value: String(folders.length - refused - different.length),
        compared: "",
      },
      { measure: "with another", value: String(different.length), compared: different.join(" ") },
      { measure: "that npm does not pack", value: String(refused), compared: "" },
    ],
  };
}

/** Copies packages of this project's own node_modules out of it, since npm packs nothing inside. */
function* copyInstalled(place: string): Generator<string, void, undefined> {
  const modules = resolve(import.meta.dirname, "../../node_modules");
  const found = globSync(["*/package.json", "@*/*/package.json"], { cwd: modules })
    .map((file) => join(modules, file, ".."))
    .filter((folder) => !lstatSync(folder).isSymbolicLink() && hasName(folder))
    .sort()
    .slice(0, mostInstalled);
  for (const [index, folder] of found.entries()) {
    const copy = join(place, "installed", String(index), basename(folder));
    cpSync(folder, copy, { recursive: true });
    yield copy;
    rmSync(copy, { recursive: true });
  }
}

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
  const { stdout } = await run("tar", ["tzf", join(out, tarball)], { maxBuffer: 1 << 26 });
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
