import { parentPort, workerData } from "node:worker_threads";
import { readSharedPack, type VisitPacked } from "@keywarden/git";
import type { ScannedVersion, SkippedMember } from "@keywarden/scan";
import { scannerInWorker } from "../worker-scanner.ts";
import type { PackWorkerData } from "./pack-threads.ts";
import {
  cleanNumbers,
  objectTypes,
  sendMatch,
  type ScannedObject,
  type ScannedObjects,
} from "./scanned-object.ts";

const { scanner: described, pack } = workerData as PackWorkerData;
const scanner = scannerInWorker(described);
const batchObjects = 512;

let clean: number[] = [];
let others: ScannedObject[] = [];
const send = (): void => {
  const scanned: ScannedObjects = { clean: new Int32Array(clean), others };
  parentPort?.postMessage(scanned);
  clean = [];
  others = [];
};
const visit: VisitPacked<ScannedVersion> = ({ order, type, bytes, base }) => {
  const skipped: SkippedMember[] = [];
  const known = base === undefined ? null : { version: base.known, edit: base.edit };
  const version = scanner.scanVersion(bytes, known, (part) => skipped.push(part));
  if (order === -1) return version;
  const { matches } = version;
  if (matches.length === 0 && skipped.length === 0)
    clean.push(order, bytes.length, objectTypes.indexOf(type));
  else others.push({ order, type, sizeBytes: bytes.length, matches: matches.map(sendMatch), skipped });
  if (clean.length >= cleanNumbers * batchObjects || others.length >= batchObjects) send();
  return version;
};

void readSharedPack(pack, visit).then(send);
