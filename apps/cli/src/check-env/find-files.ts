import { readFileSync, statSync, type Stats } from "node:fs";
import { platform } from "node:os";
import { relative, resolve } from "node:path";
import { findRepository, GitError, runGit } from "@keywarden/git";
import { describeKind, listGlob } from "@keywarden/repository-scan";
import type { Terminal } from "../terminal.ts";
import type { EnvSource } from "./env-source.ts";
import type { FileFacts } from "./judge-files.ts";
import { readDotenv } from "./read-dotenv.ts";

const dotenvGlobs = ["**/.env", "**/.env.*", "**/*.env"];
const yamlGlobs = [
  ".github/workflows/*.{yml,yaml}",
  ".gitlab-ci.{yml,yaml}",
  ".circleci/config.{yml,yaml}",
  "azure-pipelines.{yml,yaml}",
  "bitbucket-pipelines.yml",
  ".travis.yml",
  "**/{docker-,}compose*.{yml,yaml}",
  "**/{k8s,kubernetes,manifests,deploy,deployment}/**/*.{yml,yaml}",
];
const elsewhere = ["**/node_modules/**", "**/vendor/**", "**/.venv/**", "**/dist/**"];
const deepestFolder = 8;

export interface FoundFiles {
  /** Relative to the folder, in order. */
  readonly files: readonly string[];
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

/** Lists the `.env` files and CI settings below a folder, and the folders that could not be read. */
export async function findFiles(directory: string): Promise<FoundFiles> {
  const listed = await listGlob([...dotenvGlobs, ...yamlGlobs], directory, {
    ignored: elsewhere,
    deepestFolder,
  });
  const nameOf = (path: Buffer): string => relative(directory, path.toString());
  return {
    files: listed
      .filter(({ path, skip }) => skip === undefined && statsOf(path)?.isFile() === true)
      .map(({ path }) => nameOf(path)),
    problems: listed.flatMap(({ path, skip }) => {
      const reason = skip?.reason ?? reasonAgainst(statsOf(path));
      return reason === null ? [] : [{ file: nameOf(path), reason }];
    }),
  };
}

const statsOf = (path: Buffer): Stats | undefined => statSync(path, { throwIfNoEntry: false });

// A link to nothing holds nothing, and to open a special file could have effects: secret managers offer `.env` as a pipe.
function reasonAgainst(stats: Stats | undefined): string | null {
  if (stats === undefined || stats.isFile() || stats.isDirectory()) return null;
  return `it is ${describeKind(stats)}`;
}

const longestBytes = 4 * 1024 * 1024;

/** Reads one file. @throws Error of node:fs, or one whose message says why the file is not understood */
export async function readEnvSource(file: string, directory: string): Promise<EnvSource> {
  const path = resolve(directory, file);
  const stats = statSync(path);
  const reason = reasonAgainst(stats);
  if (reason !== null) throw new Error(reason);
  if (stats.size > longestBytes) throw new Error("it is larger than 4 MiB");
  const text = decodeText(readFileSync(path));
  if (/\.ya?ml$/i.test(file)) {
    // Only some runs meet YAML, and its parser is the largest thing here.
    const { readYaml } = await import("./read-yaml.ts");
    return { kind: "yaml", file, text, assignments: readYaml(text) };
  }
  return { kind: "dotenv", file, text, assignments: readDotenv(text) };
}

// Editors and PowerShell on Windows write UTF-16, with its mark in front.
function decodeText(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString("hex");
  const isUtf16 = mark === "fffe" || mark === "feff";
  if (isUtf16 && bytes.length % 2 !== 0) throw new Error("it is UTF-16 with half a character");
  if (mark === "fffe") return bytes.toString("utf16le");
  if (mark === "feff") return Buffer.from(bytes).swap16().toString("utf16le");
  // Without the mark, the first character of such a file has a zero byte.
  if (bytes.length > 3 && (bytes[0] === 0 || bytes[1] === 0))
    throw new Error("it is UTF-16 without a mark, or no text");
  return bytes.toString("utf8");
}

/** Whether a file that is not YAML is a YAML template, of Helm, Jinja or Go. */
export function isTemplate(file: string, directory: string): boolean {
  try {
    return /\.ya?ml$/i.test(file) && /\{\{|\{%/.test(readFileSync(resolve(directory, file), "utf8"));
  } catch {
    return false;
  }
}

/** Asks the file system and git about files. */
export async function readFileFacts(
  files: readonly string[],
  { directory, env }: Terminal,
): Promise<readonly FileFacts[]> {
  const tracked = await listTracked(files, directory, env);
  const hasModes = platform() !== "win32";
  return files.map((file) => {
    const { mode } = statSync(resolve(directory, file));
    return { file, mode: hasModes ? mode : null, isTracked: tracked.has(file) };
  });
}

async function listTracked(
  files: readonly string[],
  directory: string,
  env: Terminal["env"],
): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set();
  const repository = await findRepository(directory, env);
  if (repository === null) return new Set();
  const answers = await Promise.all(
    files.map(async (file) => {
      try {
        const listed = await runGit(
          { directory, env: repository.env },
          ["ls-files", "--", file],
          "list files",
        );
        return listed.length > 0 ? [file] : [];
      } catch (error) {
        // It is another repository's, or nobody's.
        if (error instanceof GitError && error.message.includes("is outside repository")) return [];
        throw error;
      }
    }),
  );
  return new Set(answers.flat());
}
