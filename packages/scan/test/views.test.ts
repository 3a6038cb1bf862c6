import { describe, expect, it } from "vitest";
import { aforoKey, scanner } from "./keys.ts";
import { sha256, writtenForms } from "@keywarden/testing";

const key = aforoKey(7);

describe.each(Object.entries(writtenForms))("a key in %s", (_, { view, encode }) => {
  it("is found whole, in place, and named as what it is, in every alignment", () => {
    for (const before of ["", ":", "::", "k=:", 'k = "', "a long enough text before it, with words = "]) {
      for (const after of ["", ":", '" and more\n', ")".repeat(70)]) {
        const bytes = encode(`${before}${key}${after}`);
        const [match, ...more] = scanner.scanBytes(bytes);
        expect(match?.fingerprint).toBe(sha256(key));
        expect(match).toMatchObject({ view, verdict: "key", confidence: "high", provider: "aforo" });
        expect(more).toEqual([]);
      }
    }
  });
});
