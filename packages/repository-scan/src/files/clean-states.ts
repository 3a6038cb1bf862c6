import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Scanner } from "@keywarden/scan";
import { describeToWorker, type WorkerScanner } from "../worker-scanner.ts";
import type { FileStates } from "./file-states.ts";
import { makeNoteClean } from "./note-clean.ts";
import { countDone, shareFiles, takeFiles, type SharedFiles } from "./shared-files.ts";

/** What a worker is started with. */
export interface CleanWorkerData {
  readonly scanner: WorkerScanner;
  /** Paths in it are shown as seen from it. */
  readonly directory: string;
  readonly files: SharedFiles;
}

export interface CleanSearch {
  readonly directory: string;
  readonly scanner: Scanner;
  readonly onProgress: (done: number) => void;
  /** Whether the states are wanted even where finding them beforehand is no faster. */
  readonly isKept: boolean;
}

// A worker takes some 40 ms to start; fewer files than that are scanned meanwhile.
const fewFiles = 4_000;
const mostWorkers = 7;

/**
 * Finds the files without findings, on all cores; `null` if one core is as fast and nobody keeps them. Threads exchange nothing
 * about the other files, so no key passes between them: these are to be scanned again, in order.
 */
export async function cleanStates(
  paths: readonly Buffer[],
  { directory, scanner, onProgress, isKept }: CleanSearch,
): Promise<FileStates | null> {
  const count = paths.length < fewFiles ? 0 : Math.min(mostWorkers, availableParallelism() - 1);
  if (count < 1 && !isKept) return null;
  const files = shareFiles(paths);
  const workers = Array.from({ length: count }, () =>
    employ({ scanner: describeToWorker(scanner), directory, files }),
  );
  const noteClean = makeNoteClean(scanner, directory, files);
  for (let range = takeFiles(files); range !== null; range = takeFiles(files)) {
    noteClean(range);
    onProgress(countDone(files, range));
    await setImmediate();
  }
  await Promise.all(workers);
  onProgress(paths.length);
  return files.states;
}

/** Has a worker take files until none is left; what one that fails has taken stays as it is. */
function employ(workerData: CleanWorkerData): Promise<unknown> {
  // A built program has its worker beside it.
  const file = import.meta.filename.endsWith(".ts") ? "clean-worker.ts" : "clean-worker.cjs";
  const worker = new Worker(join(import.meta.dirname, file), { workerData });
  worker.on("error", () => {});
  return new Promise((resolve) => worker.once("exit", resolve));
}
