import { readdir } from "node:fs";
import type { Dirent } from "node:fs";
import { sep } from "node:path";
import type { Entry, FileSystemAdapter } from "fast-glob";
import { reasonOf } from "./reason-of.ts";
import type { ListedFile } from "./listed-file.ts";

export interface GlobLimits {
  /** Globs of what is left out. */
  readonly ignored?: readonly string[];
  /** How many folders below the directory are looked into. */
  readonly deepestFolder?: number;
}

/**
 * Lists every file, link and special file that one of the globs matches, hidden ones too, without `.git` folders and without
 * following links; absolute and in byte order. A folder that cannot be read is listed as such.
 */
export async function listGlob(
  patterns: string | readonly string[],
  directory: string,
  { ignored = [], deepestFolder = Infinity }: GlobLimits = {},
): Promise<readonly ListedFile[]> {
  const { default: fastGlob } = await import("fast-glob");
  const unreadable: ListedFile[] = [];
  const entries: Entry[] = await fastGlob.glob([patterns].flat().map(encode), {
    cwd: encode(directory),
    absolute: true,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    objectMode: true,
    deep: deepestFolder,
    ignore: ["**/.git/**", ...ignored],
    fs: { readdir: makeReaddir((folder) => unreadable.push(folder)) },
  });
  const files = entries
    .filter(({ dirent }) => !dirent.isDirectory())
    .map(({ path, dirent }) => ({ path: decode(path), isNamed: false, isFile: dirent.isFile() }));
  return [...files, ...unreadable].sort((one, other) => Buffer.compare(one.path, other.path));
}

// fast-glob knows names as text. On systems where a name is any bytes, each byte travels as one character.
const nameEncoding = sep === "/" ? "latin1" : "utf8";
const encode = (text: string): string => {
  const name = Buffer.from(text, "utf8").toString(nameEncoding);
  return sep === "/" ? hideBreaks(name) : name;
};
const decode = (name: string): Buffer => Buffer.from(sep === "/" ? showBreaks(name) : name, nameEncoding);

// Its patterns match no line break, which a name may hold; no byte travels as one of these characters.
const hideBreaks = (name: string): string => name.replaceAll("\n", "\uE00A").replaceAll("\r", "\uE00D");
const showBreaks = (name: string): string => name.replaceAll("\uE00A", "\n").replaceAll("\uE00D", "\r");

type ReaddirCallback = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

function makeReaddir(report: (folder: ListedFile) => void): FileSystemAdapter["readdir"] {
  const seen = new Set<string>();
  const read = (folder: string, _options: unknown, callback: ReaddirCallback): void => {
    const path = decode(folder);
    readdir(path, { withFileTypes: true, encoding: nameEncoding }, (error, entries) => {
      // Where a pattern begins in a folder that is not there, it matches nothing.
      const isAbsent = error?.code === "ENOENT" && !seen.has(folder);
      for (const entry of entries ?? []) {
        if (sep === "/") entry.name = hideBreaks(entry.name);
        if (entry.isDirectory()) seen.add(`${folder}/${entry.name}`);
      }
      if (error !== null && !isAbsent) {
        report({ path, isNamed: false, skip: { reason: reasonOf(error), failed: true } });
      }
      callback(null, error === null ? entries : []);
    });
  };
  return read as FileSystemAdapter["readdir"];
}
