import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { measureMirror, packMirror, removeMirror } from "@keywarden/git/mirror";
import type { ExposureStorage } from "@keywarden/storage";
import { reduceFailure } from "../jobs/failure.ts";
import type { Log } from "../log.ts";

export interface TendOptions {
  readonly storage: Pick<ExposureStorage, "repositories">;
  readonly host: string;
  readonly mirrorsDirectory: string;
  /** What all mirrors together may take; `null` for as much as there is. */
  readonly mostBytes: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly log: Log;
}

// A scan may still read one that was fetched into just now.
const inUseMs = 600_000;

interface Mirror {
  readonly repositoryId: number;
  readonly directory: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/**
 * Keeps the mirrors of one process in order: removes those of repositories that the App was taken away from, packs the others,
 * and keeps them within their room, the least recently used first. A mirror that is needed again is fetched again.
 * `packed` remembers, over the calls of a process, what was packed when.
 */
export async function tendMirrors(options: TendOptions, packed: Map<number, number>): Promise<void> {
  const { env, mostBytes, clock, log } = options;
  const mirrors: Mirror[] = [];
  for (const { repositoryId, directory } of listMirrors(options)) {
    if (await isGone(options, repositoryId)) {
      await removeMirror(directory);
      log("info", "removed the mirror of a repository that the App has no more", { repositoryId });
      continue;
    }
    const { usedAtMs, sizeBytes } = measureMirror(directory);
    if (packed.get(repositoryId) !== usedAtMs)
      await packMirror(directory, env).catch((error: unknown) =>
        log("warn", "cannot pack a mirror", { repositoryId, why: reduceFailure(error).message }),
      );
    packed.set(repositoryId, usedAtMs);
    mirrors.push({ repositoryId, directory, usedAtMs, sizeBytes });
  }
  let totalBytes = mirrors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { repositoryId, directory, usedAtMs, sizeBytes } of mirrors.toSorted(
    (a, b) => a.usedAtMs - b.usedAtMs,
  )) {
    if (mostBytes === null || totalBytes <= mostBytes || usedAtMs > clock() - inUseMs) return;
    await removeMirror(directory);
    totalBytes -= sizeBytes;
    log("info", "removed a mirror that was not used for long, to make room", { repositoryId });
  }
}

function listMirrors({
  mirrorsDirectory,
}: TendOptions): readonly Pick<Mirror, "repositoryId" | "directory">[] {
  if (!existsSync(mirrorsDirectory)) return [];
  return readdirSync(mirrorsDirectory, { withFileTypes: true }).flatMap((entry) => {
    const id = /^([1-9]\d*)\.git$/u.exec(entry.name)?.[1];
    if (id === undefined || !entry.isDirectory()) return [];
    return [{ repositoryId: Number(id), directory: join(mirrorsDirectory, entry.name) }];
  });
}

async function isGone({ storage, host }: TendOptions, repositoryId: number): Promise<boolean> {
  const known = await storage.repositories.get({ host, repositoryId });
  return known?.state === "uninstalled" || known?.state === "unreachable";
}
