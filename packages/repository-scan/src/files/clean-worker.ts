import { parentPort, workerData } from "node:worker_threads";
import { scannerFor } from "../scanner-for.ts";
import { cleanSize } from "./clean-size.ts";
import type { CleanWorkerData } from "./clean-sizes.ts";
import { makeShownPath } from "./file-path.ts";

// A question is paths with a zero byte behind each, the answer what `cleanSize` gives for each.
const { providers, isThorough, directory } = workerData as CleanWorkerData;
const scanner = scannerFor(providers, isThorough);
const show = makeShownPath(directory);

parentPort?.on("message", (question: Uint8Array) => {
  const bytes = Buffer.from(question.buffer, question.byteOffset, question.byteLength);
  const sizes: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const path = bytes.subarray(at, end);
    sizes.push(cleanSize(path, show(path), scanner));
    at = end + 1;
  }
  parentPort?.postMessage(Float64Array.from(sizes));
});
