import { parentPort, workerData } from "node:worker_threads";
import { scannerFor } from "../scanner-for.ts";
import type { CleanWorkerData } from "./clean-states.ts";
import { makeShownPath } from "./file-path.ts";
import { notClean, stateNumbers } from "./file-states.ts";
import { noteIfClean } from "./note-if-clean.ts";

// A question is paths with a zero byte behind each, the answer the states of these files.
const { providers, isThorough, directory } = workerData as CleanWorkerData;
const scanner = scannerFor(providers, isThorough);
const show = makeShownPath(directory);

parentPort?.on("message", (question: Uint8Array) => {
  const bytes = Buffer.from(question.buffer, question.byteOffset, question.byteLength);
  const paths: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    paths.push(bytes.subarray(at, end));
    at = end + 1;
  }
  const states = new Float64Array(paths.length * stateNumbers).fill(notClean);
  for (const [index, path] of paths.entries()) {
    noteIfClean(path, show(path), scanner, states.subarray(index * stateNumbers));
  }
  parentPort?.postMessage(states);
});
