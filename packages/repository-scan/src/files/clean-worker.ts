import { workerData } from "node:worker_threads";
import { scannerInWorker } from "../worker-scanner.ts";
import type { CleanWorkerData } from "./clean-states.ts";
import { makeNoteClean } from "./note-clean.ts";
import { countDone, takeFiles } from "./shared-files.ts";

const { scanner, directory, files } = workerData as CleanWorkerData;
const noteClean = makeNoteClean(scannerInWorker(scanner), directory, files);
for (let range = takeFiles(files); range !== null; range = takeFiles(files)) {
  noteClean(range);
  countDone(files, range);
}
