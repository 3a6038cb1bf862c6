import type { VerifiedKey } from "@keywarden/management";
import { makeClock } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeVerifiedKeys } from "../src/remembering/verified-keys.ts";

function makeKeys(mostKeys = 3) {
  const clock = makeClock(0);
  const keys = makeVerifiedKeys(clock, 60_000, mostKeys);
  const keyOf = (id: string): VerifiedKey => ({
    id,
    provider: "example",
    name: id,
    kind: "secret",
    environment: "production",
    label: "live",
    owner: null,
    tenant: null,
    application: null,
    product: null,
    projectTags: [],
    tags: [],
    expiresAt: null,
    permissions: null,
    endsInSeconds: null,
  });
  return {
    clock,
    forget: keys.forget,
    keep: (id: string, askedAtMs = clock()) => keys.keep(id, keyOf(id), askedAtMs),
    isKnown: (id: string) => keys.recall(id) !== null,
    known: (ids: readonly string[]) => ids.filter((id) => keys.recall(id) !== null),
  };
}

test("what was asked about sooner than a quarter of a second after a change is not remembered", () => {
  const { clock, forget, keep, isKnown } = makeKeys();
  forget("a");
  clock.advance(249);
  keep("a");
  expect(isKnown("a")).toBe(false);
  clock.advance(1);
  keep("a");
  expect(isKnown("a")).toBe(true);
});

test("an answer that was on its way while its key changed is not remembered", () => {
  const { clock, forget, keep, isKnown } = makeKeys();
  const askedAtMs = clock();
  clock.advance(300);
  forget("a");
  keep("a", askedAtMs);
  expect(isKnown("a")).toBe(false);
});

test("where anything may have changed every key is unknown, and becomes known again", () => {
  const { clock, forget, keep, known } = makeKeys();
  keep("a");
  keep("b");
  forget(null);
  expect(known(["a", "b"])).toEqual([]);
  clock.advance(250);
  keep("a");
  expect(known(["a", "b"])).toEqual(["a"]);
});

test("the key that was remembered first makes room, and no other", () => {
  const { keep, known } = makeKeys(3);
  for (const id of ["a", "b", "c"]) keep(id);
  expect(known(["a", "b", "c"])).toEqual(["a", "b", "c"]);
  keep("d");
  expect(known(["a", "b", "c", "d"])).toEqual(["b", "c", "d"]);
});

test("ten thousand changes are remembered one by one; after so many every key is unknown once", () => {
  const { clock, forget, keep, isKnown } = makeKeys();
  keep("a");
  for (let index = 0; index < 10_000; index += 1) forget(`other-${index}`);
  expect(isKnown("a")).toBe(true);
  forget("one more");
  expect(isKnown("a")).toBe(false);
  clock.advance(250);
  keep("a");
  forget("and another");
  expect(isKnown("a")).toBe(true);
});
