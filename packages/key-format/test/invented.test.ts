import { describe, expect, it } from "vitest";
import { isEncodedWords } from "../src/placeholder/encoded-words.ts";
import { isInvented } from "../src/placeholder/invented.ts";

// A run of three saves 6 bits, of four 10, of five 14; a word of three letters 6.8, of four 11.5, of eight 30.3.
describe("a body is pieced together", () => {
  it.each([
    ["four runs of three, 24 bits", "aaa555zzzqqq", true],
    ["two runs of three and one of four, 22 bits", "aaa555zzzz", false],
    ["sequences up, down and none", "abc987zzzz456", true],
    ["three words of four letters", "deadcafefood", true],
    ["two words of four letters", "deadcafe", false],
    ["four words of three letters", "fortwobarone", true],
    ["three words of three letters", "fortwobar", false],
    ["capitals", "DEADCafeFOOD", true],
    ["nothing", "", false],
    ["one long run", "abcdefgh", true],
    ["runs of two", "aa55zzqqccww", false],
  ])("of pieces alone: %s", (_, body, is) => {
    expect(isInvented(body)).toBe(is);
  });

  it.each([
    ["four fifths, 40 bits", "aaaa5555zzzzqqqqx7w2", true],
    ["less than four fifths", "aaaa5555zzzzqqqqx7w2k", false],
    ["enough of it, 32 bits", "aaa555zzzzqqqqx7w", true],
    ["enough of it, 30 bits", "aaa555zzzqqqyyyx7w", false],
    ["24 bits and one character more", "aaa555zzzqqqx", false],
  ])("of pieces for the most part: %s", (_, body, is) => {
    expect(isInvented(body)).toBe(is);
    expect(isInvented(body.split("").toReversed().join(""))).toBe(is);
  });

  it("wherever what is none of it stands", () => {
    for (const body of ["x7w2aaaa5555zzzzqqqq", "aaaax5555z7zzzw2qqqq", "aaaax75555zzzzqqqqw2"]) {
      expect(isInvented(body)).toBe(body !== "aaaax5555z7zzzw2qqqq");
    }
  });

  it("not of a word that would go on behind its end", () => {
    expect(isInvented("x7w2dead")).toBe(false);
    expect(isInvented("x7w2k9foo")).toBe(false);
  });

  it("by the longest piece at each place", () => {
    // A run of six and one of three; as the word abc and two runs of three it would save 18.8 bits.
    expect(isInvented("abcdefkkk")).toBe(true);
    // A run counts before a word that is as long: 11.5, 6 and 6 bits.
    expect(isInvented("deadabckkk")).toBe(false);
    // The longer word: development holds no other one.
    expect(isInvented("development")).toBe(true);
  });
});

describe("a body is base64 of words", () => {
  const encoded = (text: string): string => Buffer.from(text).toString("base64url");
  it.each([
    ["two of them", encoded("foundation_test"), true],
    ["12 letters", encoded("abcd efgh-ij"), true],
    ["11 letters", encoded("abcdefghijk"), false],
    ["letters, digits and capitals", encoded("Found4tion of Trust"), false],
    ["a login", encoded("administrator:q7Zt2LmX9bRw"), false],
    ["a service's account and its password", encoded("service-account-deploy:q7Zt2LmX9bRw"), false],
    ["nothing", "", false],
  ])("of %s", (_, body, is) => {
    expect(isEncodedWords(body)).toBe(is);
  });

  it("whatever character they begin at, where they are three quarters of it", () => {
    for (const [lead, is] of [
      ["3", true],
      ["3Z", true],
      ["3ZjJ2", true],
      ["q7Zt2Lm", false],
    ] as const) {
      expect([lead, isEncodedWords(`${lead}${encoded("foundation_test")}`)]).toEqual([lead, is]);
    }
  });
});
