// Loaded before the server: kills it with SIGKILL in front of, or right behind, one entry of a rotation's journal.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [when, number] = (process.env["DIE_AT_ENTRY"] ?? "").split(":");
const last = Number(number);
const journals = new Set<number>();
const { openSync, writeSync, fsyncSync } = fs;
let count = 0;
// Whatever a system does between a signal and the end that it brings, nothing more is done here.
const die = () => {
  process.kill(process.pid, "SIGKILL");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  if (String(path).includes("journals") && String(path).endsWith(".jsonl")) journals.add(file);
  else journals.delete(file);
  return file;
};
fs.writeSync = ((file: number, ...rest: [NodeJS.ArrayBufferView]) => {
  if (journals.has(file)) {
    count += 1;
    if (count === last && when === "before") die();
  }
  return writeSync(file, ...rest);
}) as typeof fs.writeSync;
fs.fsyncSync = (file) => {
  fsyncSync(file);
  if (journals.has(file) && count === last && when === "after") die();
};
syncBuiltinESMExports();
