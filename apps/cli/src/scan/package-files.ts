import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

const packed = /\.(?:tgz|tar\.gz|whl|crate|jar|war|nupkg|zip)$/i;

/**
 * Gives the files that a package consists of, absolute: of a folder what `npm publish` would ship, as npm itself lists
 * it without running a script; a packed package is one file.
 *
 * @throws CliError CLI_PATH for what is neither, or where npm cannot say
 */
export async function listPackageFiles(
  asked: string | undefined,
  { directory, env }: Terminal,
): Promise<readonly string[]> {
  const path = resolve(directory, asked ?? ".");
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new CliError("CLI_PATH", `There is no package at ${path}.`);
  if (stats.isFile()) {
    if (packed.test(path)) return [path];
    throw new CliError(
      "CLI_PATH",
      `${path} is not a package that can be opened: .tgz, .whl, .crate, .jar, .nupkg or .zip.`,
    );
  }
  if (!existsSync(join(path, "package.json"))) {
    throw new CliError(
      "CLI_PATH",
      `${path} has no package.json; build the package and name the file instead.`,
    );
  }
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--workspaces=false", "--offline"];
  try {
    const { stdout } = await promisify(execFile)("npm", args, {
      cwd: path,
      env: { ...env, npm_config_loglevel: "silent" },
      maxBuffer: 1 << 28,
    });
    const answer = JSON.parse(stdout) as unknown;
    const [only] = Array.isArray(answer) ? (answer as readonly unknown[]) : Object.values(answer as object);
    const { files } = only as { readonly files: readonly { readonly path: string }[] };
    if (files.length === 0) throw new Error("npm lists no file");
    return files.map((file) => join(path, file.path));
  } catch (error) {
    throw new CliError(
      "CLI_PATH",
      `npm cannot say what it would publish from ${path}; try: npm pack --dry-run`,
      {
        cause: error,
      },
    );
  }
}
