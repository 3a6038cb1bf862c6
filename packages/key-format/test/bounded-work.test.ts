import { describe, expect, it } from "vitest";
import {
  attribute,
  builtInProviders,
  parseKey,
  redact,
  redactWithin,
  validateKey,
} from "@keywarden/key-format";
import { sha256 } from "./random.ts";

const megabyte = 1_048_576;
const prefix = ["sk_li", "ve_"].join("");

describe("a megabyte of input", () => {
  it("is refused by its length, before a character is read or hashed", () => {
    const hashed: (string | Uint8Array)[] = [];
    const counting = (text: string | Uint8Array) => {
      hashed.push(text);
      return sha256(text);
    };
    for (const filler of ["a", " ", "\0", "_", "\ud800"]) {
      const text = prefix + filler.repeat(megabyte);
      expect(parseKey(text, builtInProviders)).toMatchObject({ ok: false, reason: "too-long" });
      expect(validateKey(text, { providers: builtInProviders, sha256: counting }).status).toBe("malformed");
    }
    expect(hashed).toEqual([]);
  });

  it("is redacted by reading its end only", () => {
    expect(redact(prefix + "a".repeat(megabyte))).toBe(`${prefix}…aaaa`);
    expect(redact("_".repeat(megabyte))).toBe("…");
  });

  it("of prefixes and nothing else is masked once, from the first to the end", () => {
    expect(redactWithin(prefix.repeat(megabyte / 8), builtInProviders)).toBe(`${prefix}…`);
  });

  it("is attributed to those with the prefix", () => {
    const ranked = attribute(prefix + "g".repeat(megabyte), { providers: builtInProviders });
    expect(ranked.map(({ provider }) => provider)).toContain("aforo");
  });
});
