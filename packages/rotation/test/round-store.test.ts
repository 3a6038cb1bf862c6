import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRoundStore, type Round } from "@keywarden/rotation";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

let place: TemporaryDirectory;
beforeEach(() => {
  place = makeTemporaryDirectory();
});
afterEach(() => place.remove());

const round = (number: string, begunAtMs: number): Round => ({
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
      places: ["env:.env#A"],
    },
  ],
});

test("gives rounds back, the oldest first, and says which have ended", () => {
  const store = openRoundStore(place.path);
  expect(store.list()).toEqual([]);
  store.create(round("aaaaaaaa", 2));
  store.create(round("bbbbbbbb", 1));
  store.end("bbbbbbbb");
  store.end("bbbbbbbb");
  expect(openRoundStore(place.path).list()).toEqual([
    { round: round("bbbbbbbb", 1), hasEnded: true },
    { round: round("aaaaaaaa", 2), hasEnded: false },
  ]);
  expect(statSync(join(place.path, "rounds", "aaaaaaaa.json")).mode & 0o077).toBe(0);
});

test("never writes over a round", () => {
  const store = openRoundStore(place.path);
  store.create(round("aaaaaaaa", 2));
  expect(() => store.create(round("aaaaaaaa", 3))).toThrow("EEXIST");
  expect(store.list()).toEqual([{ round: round("aaaaaaaa", 2), hasEnded: false }]);
});

test("leaves out a round that a crash cut off anywhere, because nothing of it had begun", () => {
  const store = openRoundStore(place.path);
  store.create(round("aaaaaaaa", 2));
  const file = join(place.path, "rounds", "aaaaaaaa.json");
  for (let bytes = readFileSync(file).length - 1; bytes >= 0; bytes -= 1) {
    truncateSync(file, bytes);
    expect(store.list()).toEqual([]);
  }
});

test.each(["{}\n", "nonsense\n", '{"version":2}\n'])("stops at %j, which is no round", (text) => {
  mkdirSync(join(place.path, "rounds"));
  writeFileSync(join(place.path, "rounds", "aaaaaaaa.json"), text);
  expect(() => openRoundStore(place.path).list()).toThrow(
    expect.objectContaining({ code: "ROTATION_STATE", message: expect.stringContaining("aaaaaaaa.json") }),
  );
});
