import { workerData } from "node:worker_threads";
import { providersOf } from "@keywarden/key-format";
import { scannerFor } from "../scanner-for.ts";
import type { CleanWorkerData } from "./clean-states.ts";
import { makeNoteClean } from "./note-clean.ts";
import { countDone, takeFiles } from "./shared-files.ts";

const { providers: given, isBesideBuiltIn, isThorough, directory, files } = workerData as CleanWorkerData;
// What is made of the built-in providers when the program is built belongs to these very objects.
const builtIn = providersOf([]).providers;
const providers = !isBesideBuiltIn ? given : given.length === 0 ? builtIn : [...builtIn, ...given];
const noteClean = makeNoteClean(scannerFor(providers, isThorough), directory, files);
for (let range = takeFiles(files); range !== null; range = takeFiles(files)) {
  noteClean(range);
  countDone(files, range);
}
