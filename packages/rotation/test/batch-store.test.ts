import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBatchStore, type Batch } from "@keywarden/rotation";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

let place: TemporaryDirectory;
beforeEach(() => {
  place = makeTemporaryDirectory();
});
afterEach(() => place.remove());

const batch = (number: string, begunAtMs: number): Batch => ({
  version: 1,
  round: number,
  server: "http://127.0.0.1:7300",
  begunAtMs,
  departures: [{ member: "ann", departedAtMs: 5 }],
  keys: [
    {
      keyId: "key_1",
      provider: "aforo",
      rotation: "0123abcd",
      deadlineMs: null,
      reason: "ann has left",
      directory: "/srv",
      sinks: ["env:.env#A"],
    },
  ],
});

test("gives batches back, the oldest first, and says which have ended", () => {
  const store = openBatchStore(place.path);
  expect(store.list()).toEqual([]);
  store.create(batch("aaaaaaaa", 2));
  store.create(batch("bbbbbbbb", 1));
  store.end("bbbbbbbb");
  store.end("bbbbbbbb");
  expect(openBatchStore(place.path).list()).toEqual([
    { batch: batch("bbbbbbbb", 1), hasEnded: true },
    { batch: batch("aaaaaaaa", 2), hasEnded: false },
  ]);
  expect(statSync(join(place.path, "rounds", "aaaaaaaa.json")).mode & 0o077).toBe(0);
});

test("never writes over a batch", () => {
  const store = openBatchStore(place.path);
  store.create(batch("aaaaaaaa", 2));
  expect(() => store.create(batch("aaaaaaaa", 3))).toThrow("EEXIST");
  expect(store.list()).toEqual([{ batch: batch("aaaaaaaa", 2), hasEnded: false }]);
});

test("leaves out a batch that a crash cut off anywhere, because nothing of it had begun", () => {
  const store = openBatchStore(place.path);
  store.create(batch("aaaaaaaa", 2));
  const file = join(place.path, "rounds", "aaaaaaaa.json");
  for (let bytes = readFileSync(file).length - 1; bytes >= 0; bytes -= 1) {
    truncateSync(file, bytes);
    expect(store.list()).toEqual([]);
  }
});

test.each(["{}\n", "nonsense\n", '{"version":2}\n'])("stops at %j, which is not a batch", (text) => {
  mkdirSync(join(place.path, "rounds"));
  writeFileSync(join(place.path, "rounds", "aaaaaaaa.json"), text);
  expect(() => openBatchStore(place.path).list()).toThrow(
    expect.objectContaining({ code: "ROTATION_STATE", message: expect.stringContaining("aaaaaaaa.json") }),
  );
});

test("reads a batch whose sinks still have their older name", () => {
  mkdirSync(join(place.path, "rounds"));
  const { keys, ...rest } = batch("aaaaaaaa", 1);
  const older = { ...rest, keys: keys.map(({ sinks, ...key }) => ({ ...key, places: sinks })) };
  writeFileSync(join(place.path, "rounds", "aaaaaaaa.json"), `${JSON.stringify(older)}\n`);
  expect(openBatchStore(place.path).list()).toEqual([{ batch: batch("aaaaaaaa", 1), hasEnded: false }]);
});
