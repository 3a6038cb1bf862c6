import { execFile } from "node:child_process";
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describeSystemError } from "@keywarden/command-line";
import { CliError } from "../cli-error.ts";
import { makeShownPath } from "@keywarden/repository-scan";
import { packingOf } from "../packed/decompress.ts";
import { readChunks } from "../packed/read-chunks.ts";
import type { PackedFile } from "../packed/scan-packed.ts";
import { startsAsZip } from "../packed/packed-walk.ts";
import { looksLikeTar } from "../packed/tar-entries.ts";
import { blockBytes } from "@keywarden/scan";
import type { Terminal } from "../terminal.ts";

/** What a package consists of: files that stand by themselves, or one stream of bytes that is to be unpacked. */
export type Package =
  | { readonly kind: "files"; readonly paths: readonly string[] }
  | { readonly kind: "packed"; readonly file: PackedFile };

const layoutFile = "oci-layout";

/**
 * Finds what a package consists of: of a folder what `npm publish` would ship, as npm itself lists it without running a
 * script; of a file, or of standard input (`-`), all that is packed in it; of an OCI layout its blobs.
 *
 * @throws CliError CLI_PATH where it is not a package, or npm cannot say
 */
export async function openPackage(asked: string | undefined, terminal: Terminal): Promise<Package> {
  const { directory, now, stdin } = terminal;
  const nowMs = now();
  if (asked === "-") return { kind: "packed", file: { name: "<stdin>", chunks: stdin, nowMs } };
  const path = resolve(directory, asked ?? ".");
  const stats = unlessUnreadable(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) throw new CliError("CLI_PATH", `There is no package at ${path}.`);
  const name = makeShownPath(directory)(Buffer.from(path)).toString("utf8");
  if (stats.isDirectory() && existsSync(join(path, layoutFile))) {
    return { kind: "packed", file: { name, folder: path, nowMs } };
  }
  if (!stats.isFile() && !stats.isDirectory()) {
    throw new CliError("CLI_PATH", `${path} is neither a file nor a folder; pipe it in, and name it -.`);
  }
  if (stats.isDirectory()) return { kind: "files", paths: await listNpmFiles(path, terminal) };
  const head = unlessUnreadable(path, () => readHead(path));
  if (packingOf(head) !== null || looksLikeTar(head)) {
    return { kind: "packed", file: { name, chunks: readChunks(path), nowMs } };
  }
  if (startsAsZip(head)) return { kind: "packed", file: { name, zip: path, nowMs } };
  throw new CliError(
    "CLI_PATH",
    `${path} is not a package that can be opened: a tar archive (also in gzip or Zstandard) or a zip file, with files in it.`,
  );
}

function unlessUnreadable<Read>(path: string, read: () => Read): Read {
  try {
    return read();
  } catch (cause) {
    throw new CliError("CLI_PATH", `${path} cannot be read: ${describeSystemError(cause)}.`, { cause });
  }
}

function readHead(path: string): Buffer {
  const handle = openSync(path, "r");
  try {
    const head = Buffer.alloc(blockBytes);
    return head.subarray(0, readSync(handle, head, 0, blockBytes, 0));
  } finally {
    closeSync(handle);
  }
}

async function listNpmFiles(path: string, { env }: Terminal): Promise<readonly string[]> {
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
