import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeByteSearch } from "../src/search/byte-search.ts";

const needleOf = (text: string) => ({ text });
type Found = readonly (readonly [number, string])[];

const inOrder = (found: readonly (readonly [number, string])[]): Found =>
  [...found].sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));

function search(bytes: Buffer, texts: readonly string[], warmUpBytes: number): Found {
  const searchIn = makeByteSearch(texts.map(needleOf));
  searchIn(Buffer.alloc(warmUpBytes), () => {});
  const found: [number, string][] = [];
  searchIn(bytes, (at, { text }) => found.push([at, text]));
  return inOrder(found);
}

function lookEverywhere(bytes: Buffer, texts: readonly string[]): Found {
  const text = bytes.toString("latin1");
  const found: [number, string][] = [];
  for (let at = 0; at < text.length; at += 1) {
    for (const one of texts) if (text.startsWith(one, at)) found.push([at, one]);
  }
  return inOrder(found);
}

// Few letters, so that needles overlap each other and themselves.
const letters = fc.constantFrom(..."ab_\0\xff");
const needles = fc.uniqueArray(fc.string({ unit: letters, minLength: 3, maxLength: 12 }), {
  minLength: 1,
  maxLength: 40,
});

describe("byte search", () => {
  it("finds every occurrence once, before and after it has prepared itself", () => {
    const bytes = fc.string({ unit: letters, maxLength: 300 }).map((text) => Buffer.from(text, "latin1"));
    fc.assert(
      fc.property(bytes, needles, (some, texts) => {
        const expected = lookEverywhere(some, texts);
        expect(search(some, texts, 0)).toEqual(expected);
        expect(search(some, texts, 32 * 1024)).toEqual(expected);
      }),
    );
  });

  it("finds the same of many needles in what is made of their pieces", () => {
    const texts = fc.uniqueArray(fc.string({ unit: "binary-ascii", minLength: 3, maxLength: 9 }), {
      minLength: 1,
      maxLength: 200,
    });
    const cuts = fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.nat(4)), { maxLength: 60 });
    fc.assert(
      fc.property(texts, cuts, (some, pieces) => {
        const cut = pieces.map(([which, from, fewer]) => {
          const text = some[which % some.length] ?? "";
          return text.slice(which % 3 === 0 ? from : 0, text.length - (which % 2 === 0 ? fewer : 0));
        });
        const bytes = Buffer.from(cut.join(""), "latin1");
        expect(search(bytes, some, 32 * 1024)).toEqual(lookEverywhere(bytes, some));
      }),
    );
  });

  it("finds more than it has room for at once", () => {
    const texts = [3, 4, 5, 7, 12, 24, 30].map((size) => "a".repeat(size));
    const bytes = Buffer.alloc(70_000, "a");
    const found = new Map<string, Set<number>>(texts.map((text) => [text, new Set()]));
    let count = 0;
    const searchIn = makeByteSearch(texts.map(needleOf));
    searchIn(bytes, (at, { text }) => {
      count += 1;
      found.get(text)?.add(at);
    });
    for (const text of texts) expect(found.get(text)?.size).toBe(bytes.length - text.length + 1);
    expect(count).toBe(texts.reduce((sum, text) => sum + bytes.length - text.length + 1, 0));
  });

  it("finds what stands across the borders of its blocks and at both ends", () => {
    const texts = ["sk_live_", "pk_dev", "whsec_0", "ghp_", "pk_d_", "ab_", "sk_\\\nlive_", "s\0k\0_\0l"];
    const size = 3 * 64 * 1024 + 5;
    const borders = [0, 1, 2, 3, 32_768, 65_536, 131_072, 163_840, 196_608, size];
    for (const text of texts) {
      for (const border of borders) {
        for (let shift = -text.length; shift <= 4; shift += 1) {
          const at = border + shift;
          if (at < 0 || at + text.length > size) continue;
          const bytes = Buffer.alloc(size, ".");
          bytes.write(text, at, "latin1");
          expect(search(bytes, texts, 0)).toContainEqual([at, text]);
        }
      }
    }
  });

  it("sees nothing of what it was given before", () => {
    const searchIn = makeByteSearch([needleOf("sk_live_")]);
    searchIn(Buffer.alloc(70_000, "sk_live_"), () => {});
    const found: number[] = [];
    for (const size of [0, 1, 7, 31, 33, 4000]) searchIn(Buffer.alloc(size, "."), (at) => found.push(at));
    searchIn(Buffer.from("sk_live"), (at) => found.push(at));
    expect(found).toEqual([]);
  });

  it("finds the same without WebAssembly", () => {
    const engine = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
    if (engine === undefined) throw new Error("no WebAssembly to take away");
    const bytes = Buffer.alloc(70_000, "ab sk_live_ cd ");
    const expected = search(bytes, ["sk_live_", "sk_test_"], 0);
    try {
      Reflect.deleteProperty(globalThis, "WebAssembly");
      expect(search(bytes, ["sk_live_", "sk_test_"], 0)).toEqual(expected);
    } finally {
      Object.defineProperty(globalThis, "WebAssembly", engine);
    }
    expect(expected.length).toBe(4666);
  });
});
