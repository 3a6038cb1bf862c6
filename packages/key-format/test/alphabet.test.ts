import { describe, expect, it } from "vitest";
import { alphabetCharacters, alphabetNames, findForeignCharacter } from "../src/alphabet.ts";

const range = (first: string, last: string): string =>
  String.fromCharCode(
    ...Array.from(
      { length: last.charCodeAt(0) - first.charCodeAt(0) + 1 },
      (_, index) => first.charCodeAt(0) + index,
    ),
  );
const digits = range("0", "9");
const capitals = range("A", "Z");
const small = range("a", "z");
const base62 = digits + capitals + small;

// key-formats.md §3.1.
const described = {
  base62,
  base58: base62.replaceAll(/[0IOl]/g, ""),
  base36: digits + small,
  hex: digits + range("a", "f"),
  base64url: `${capitals}${small}${digits}-_`,
} as const;

describe("an alphabet", () => {
  it.each(Object.entries(described))(
    "%s has the characters of the document, in digit order",
    (name, text) => {
      expect(alphabetCharacters(name as keyof typeof described)).toBe(text);
    },
  );

  it("is one of five", () => {
    expect(alphabetNames.toSorted()).toEqual(Object.keys(described).toSorted());
  });

  it.each(alphabetNames)("%s takes its own characters and no other character of a byte", (name) => {
    for (const character of range("\0", "\u00ff")) {
      expect(findForeignCharacter(character, name)).toBe(described[name].includes(character) ? -1 : 0);
    }
  });

  it("names the first foreign character by its place", () => {
    expect(findForeignCharacter("", "hex")).toBe(-1);
    expect(findForeignCharacter("abc", "hex")).toBe(-1);
    expect(findForeignCharacter("abG0Z", "hex")).toBe(2);
    expect(findForeignCharacter("abcZ", "hex")).toBe(3);
  });
});
