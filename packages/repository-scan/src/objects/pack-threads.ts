import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ObjectType, PackReaders, PackSharing, SharedPack } from "@keywarden/git";
import type { Match, Scanner, SkippedMember } from "@keywarden/scan";
import { describeToWorker, type WorkerScanner } from "../worker-scanner.ts";
import { cleanNumbers, objectTypes, receiveMatch, type ScannedObjects } from "./scanned-object.ts";

/** What a worker is started with. */
export interface PackWorkerData {
  readonly scanner: WorkerScanner;
  readonly pack: SharedPack;
}

/** How many threads read a pack, and from which size on more than one does. */
export interface PackThreads {
  readonly count: number;
  readonly fromBytes: number;
}

/** Takes an object that another thread has scanned. */
export type TakeScanned = (
  object: { readonly order: number; readonly type: ObjectType; readonly sizeBytes: number },
  matches: readonly Match[],
  skipped: readonly SkippedMember[],
) => void;

/** Has other threads scan the objects of large packs, but for trees. What one that fails has taken is left to others. */
export function scanPacksWith(
  { count, fromBytes }: PackThreads,
  scanner: Scanner,
  objects: number,
  take: TakeScanned,
): PackSharing {
  const hasRead = new Uint8Array(objects);
  const takeAll = ({ clean, others }: ScannedObjects): void => {
    for (let at = 0; at < clean.length; at += cleanNumbers) {
      const [order = 0, sizeBytes = 0, type = 0] = clean.subarray(at, at + cleanNumbers);
      hasRead[order] = 1;
      take({ order, sizeBytes, type: objectTypes[type] ?? "blob" }, [], []);
    }
    for (const { matches, skipped, ...object } of others) {
      hasRead[object.order] = 1;
      take(object, matches.map(receiveMatch), skipped);
    }
  };
  const start = (pack: SharedPack): PackReaders => {
    const workerData: PackWorkerData = { scanner: describeToWorker(scanner), pack };
    const workers = Array.from({ length: count - 1 }, () => new Worker(workerFile(), { workerData }));
    const ends = workers.map((worker) => {
      worker.on("message", takeAll);
      worker.on("error", () => {});
      return new Promise((resolve) => worker.once("exit", resolve));
    });
    return {
      ended: Promise.all(ends).then(() => {}),
      hasRead: (order) => hasRead[order] === 1,
      stop: () => {
        for (const worker of workers) void worker.terminate();
      },
    };
  };
  return { fromBytes, start };
}

// A built program has its worker beside it.
const workerFile = (): string =>
  join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "pack-worker.ts" : "pack-worker.cjs");
