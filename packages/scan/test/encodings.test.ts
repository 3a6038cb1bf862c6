import { describe, expect, it } from "vitest";
import { aforoKey, scanner } from "./keys.ts";
import { sha256, writtenForms } from "@keywarden/testing";

const key = aforoKey(7);

describe.each(Object.entries(writtenForms))("a key in %s", (_, { encoding, encode }) => {
  it("is found whole, in place, and named as what it is, in every alignment", () => {
    for (const before of ["", ":", "::", "k=:", 'k = "', "a long enough text before it, with words = "]) {
      for (const after of ["", ":", '" and more\n', ")".repeat(70)]) {
        const bytes = encode(`${before}${key}${after}`);
        const [match, ...more] = scanner.scanBytes(bytes);
        expect(match?.fingerprint).toBe(sha256(key));
        expect(match).toMatchObject({ encoding, verdict: "key", confidence: "high", provider: "aforo" });
        expect(more).toEqual([]);
      }
    }
  });
});

/** How many digits begin before this many bytes, rounded down, and up. */
const digitsOf: Readonly<Record<string, (bytes: number) => readonly [number, number]>> = {
  base64: (bytes) => [Math.floor((bytes * 8) / 6), Math.ceil((bytes * 8) / 6)],
  "base64, url-safe and unpadded": (bytes) => [Math.floor((bytes * 8) / 6), Math.ceil((bytes * 8) / 6)],
};

// Their places are pinned in other tests: they do not begin behind other text, or break lines.
const aligned = new Set([
  "utf-16",
  "utf-32",
  "hexdump",
  "base64-twice",
  "base64-of-utf-16",
  "character-codes",
]);

describe("a key in another form stands exactly where its first and its last character are written", () => {
  const inOneLine = Object.entries(writtenForms).filter(
    ([name, { encoding }]) => !aligned.has(encoding) && !name.includes("columns"),
  );
  it.each(inOneLine)("%s: offsets, line and column", (name, { encode }) => {
    const lead = "first line\nsecond: ";
    for (const before of [":", "::", "k=:", "a text = "]) {
      const bytes = Buffer.concat([Buffer.from(lead), encode(`${before}${key};`)]);
      const sizeOf = digitsOf[name] ?? (() => null);
      const start = lead.length + (sizeOf(before.length)?.[0] ?? encode(before).length);
      const end = lead.length + (sizeOf(before.length + key.length)?.[1] ?? encode(before + key).length);
      const column = start - lead.indexOf("\n");
      const endColumn = column + end - start;
      expect(scanner.scanBytes(bytes)).toMatchObject([{ start, end, line: 2, column, endColumn }]);
    }
  });
});
