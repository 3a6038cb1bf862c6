import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, auroraSolar, builtInProviders, validateKey } from "@keywarden/key-format";
import { makeClock, makeKey, makeRandom, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

describe("makeClock", () => {
  it("stands still until it is moved", () => {
    const clock = makeClock(1000);
    expect([clock(), clock()]).toEqual([1000, 1000]);
    clock.advance(500);
    expect(clock()).toBe(1500);
    clock.set(20);
    expect(clock()).toBe(20);
    expect(makeClock()()).toBe(Date.UTC(2026, 0, 1));
  });
});

describe("makeRandom", () => {
  it("gives the same bytes for the same seed and goes on from there", () => {
    const [one, two] = [makeRandom(7), makeRandom(7)];
    expect(one(16)).toEqual(two(16));
    expect(one(16)).toEqual(two(16));
    expect(makeRandom(8)(16)).not.toEqual(makeRandom(7)(16));
    expect(one(0)).toEqual(new Uint8Array(0));
  });

  it("uses every byte value about equally often", () => {
    const counts = Array.from({ length: 256 }, () => 0);
    for (const byte of makeRandom(1)(256 * 400)) counts[byte] = (counts[byte] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(300);
    expect(Math.max(...counts)).toBeLessThan(500);
  });
});

describe("makeKey", () => {
  it("makes valid keys, the same for the same seed", () => {
    const wanted = { kind: "secret", environment: "production" } as const;
    const key = makeKey(aforo, wanted, 3);
    expect(validateKey(key.reveal(), { providers: builtInProviders, sha256 })).toMatchObject({
      status: "valid",
    });
    expect(makeKey(aforo, wanted, 3).reveal()).toBe(key.reveal());
    expect(makeKey(aforo, wanted, 4).reveal()).not.toBe(key.reveal());
  });

  it("says when a provider has no such key", () => {
    expect(() => makeKey(auroraSolar, { kind: "publishable", environment: "production" })).toThrow(
      "aurora-solar has no publishable key for production",
    );
  });
});

describe("sha256", () => {
  it("hashes UTF-8 to lower-case hex", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256("é")).toBe("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
  });
});

describe("makeTemporaryDirectory", () => {
  it("is empty, real, and gone after its scope with all that is in it", () => {
    let path = "";
    {
      using directory = makeTemporaryDirectory();
      path = directory.path;
      expect(realpathSync(path)).toBe(path);
      writeFileSync(join(path, "file"), "");
      directory.remove();
    }
    expect(existsSync(path)).toBe(false);
  });
});
