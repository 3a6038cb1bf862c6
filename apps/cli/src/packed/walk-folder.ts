import { readdirSync, readlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Scanner } from "@keywarden/scan";
import type { PackedEvents, PackedWalk } from "./packed-walk.ts";
import { readChunks } from "./read-chunks.ts";

export interface FolderWalk {
  readonly walk: PackedWalk;
  readonly plainScanner: Scanner;
  readonly events: PackedEvents;
  readonly watch: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** Walks through the files of a folder as through the entries of an archive; links are told, not followed. */
export async function walkFolder(
  folder: string,
  { walk, plainScanner, events, watch }: FolderWalk,
): Promise<void> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => !one.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    const trail = [relative(folder, path).split(sep).join("/")];
    const link = entry.isSymbolicLink() ? readlinkSync(path) : null;
    events.onEntry(trail, link);
    events.onMatches(trail, plainScanner.scanText(trail[0] ?? ""), "path", false);
    if (link !== null) events.onMatches(trail, plainScanner.scanText(link), "link", false);
    else if (entry.isFile()) await walk(watch(readChunks(path)), trail, 1);
    else events.onProblem(trail, "it is no file");
  }
}
