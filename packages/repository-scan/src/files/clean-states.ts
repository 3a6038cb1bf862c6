import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import { makeShownPath } from "./file-path.ts";
import { notClean, stateNumbers, type FileStates } from "./file-states.ts";
import { noteIfClean } from "./note-if-clean.ts";

/** What a worker is started with. */
export interface CleanWorkerData {
  readonly providers: readonly ProviderProfile[];
  readonly isThorough: boolean;
  /** Paths in it are shown as seen from it. */
  readonly directory: string;
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
const batchFiles = 256;
const mostWorkers = 7;

/**
 * Finds the files without findings, on all cores; `null` if one core is as fast and nobody keeps them. Threads exchange nothing
 * about the other files, so no key passes between them: these are to be scanned again, in order.
 */
export async function cleanStates(paths: readonly Buffer[], search: CleanSearch): Promise<FileStates | null> {
  const count = paths.length < fewFiles ? 0 : Math.min(mostWorkers, availableParallelism() - 1);
  if (count < 1 && !search.isKept) return null;
  const queue = new Queue(paths, search.onProgress);
  const workers = Array.from({ length: count }, () => employ(queue, search));
  const show = makeShownPath(search.directory);
  for (let batch = queue.take(); batch !== null; batch = queue.take()) {
    const states = new Float64Array(batch.paths.length * stateNumbers).fill(notClean);
    for (const [index, path] of batch.paths.entries()) {
      noteIfClean(path, show(path), search.scanner, states.subarray(index * stateNumbers));
    }
    queue.settle(batch, states);
    // Workers wait for their next batch meanwhile.
    await setImmediate();
  }
  await Promise.all(workers);
  return queue.states;
}

interface Batch {
  readonly first: number;
  readonly paths: readonly Buffer[];
}

class Queue {
  readonly states: FileStates;
  readonly #paths: readonly Buffer[];
  readonly #onProgress: (done: number) => void;
  #next = 0;
  #done = 0;

  constructor(paths: readonly Buffer[], onProgress: (done: number) => void) {
    // Files without a result count as not clean.
    this.states = new Float64Array(paths.length * stateNumbers).fill(notClean);
    this.#paths = paths;
    this.#onProgress = onProgress;
  }

  take(): Batch | null {
    const first = this.#next;
    const paths = this.#paths.slice(first, first + batchFiles);
    this.#next += paths.length;
    return paths.length === 0 ? null : { first, paths };
  }

  settle({ first, paths }: Batch, states: FileStates): void {
    this.states.set(states, first * stateNumbers);
    this.#done += paths.length;
    this.#onProgress(this.#done);
  }
}

/** Has a worker take batches until none is left; one that fails leaves its batches unsettled. */
async function employ(queue: Queue, { scanner, directory }: CleanSearch): Promise<void> {
  const { providers, isThorough } = scanner;
  const workerData: CleanWorkerData = { providers, isThorough, directory };
  // A built program has its worker beside it.
  const file = import.meta.filename.endsWith(".ts") ? "clean-worker.ts" : "clean-worker.cjs";
  const worker = new Worker(join(import.meta.dirname, file), { workerData });
  const asked: Batch[] = [];
  const ask = (): void => {
    const batch = queue.take();
    if (batch === null) return;
    asked.push(batch);
    worker.postMessage(new Uint8Array(Buffer.concat(batch.paths.flatMap((path) => [path, pathEnd]))));
  };
  worker.on("message", (states: FileStates) => {
    const batch = asked.shift();
    if (batch !== undefined) queue.settle(batch, states);
    ask();
    if (asked.length === 0) void worker.terminate();
  });
  worker.on("error", () => {});
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  // While it looks at one batch, the next one is on its way.
  ask();
  ask();
  if (asked.length === 0) void worker.terminate();
  await ended;
}

const pathEnd = Buffer.alloc(1);
