import { describe, expect, it } from "vitest";
import {
  hasVariety,
  isAlphanumeric,
  isInDigits,
  isLeftBoundary,
  isRightBoundary,
  isTellingInWord,
  isWordByte,
} from "../src/match/boundary.ts";

const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
const isOf = (pattern: RegExp, byte: number): boolean => pattern.test(String.fromCharCode(byte));

/** Whether a key can begin behind this text, at its very end. */
function beginsBehind(text: string): boolean {
  const bytes = Buffer.from(`${text}sk_`, "latin1");
  return isLeftBoundary(bytes, text.length);
}

describe("a byte", () => {
  it("is a letter or digit of ASCII, or a byte of a word, and nothing else is", () => {
    for (const byte of everyByte) {
      expect([byte, isAlphanumeric(byte)]).toEqual([byte, isOf(/[0-9A-Za-z]/, byte)]);
      expect([byte, isWordByte(byte)]).toEqual([byte, isOf(/[0-9A-Za-z_-]/, byte)]);
    }
  });

  it("that is not there is neither", () => {
    expect([isAlphanumeric(undefined), isWordByte(undefined)]).toEqual([false, false]);
  });

  it("ends a shorter reading unless it is a letter or digit", () => {
    for (const byte of everyByte) {
      expect(isRightBoundary(Uint8Array.of(byte), 0)).toBe(!isOf(/[0-9A-Za-z]/, byte));
    }
    expect(isRightBoundary(Uint8Array.of(65), 1)).toBe(true);
  });
});

describe("a key can begin", () => {
  it("at the start, and behind every byte that is no letter or digit", () => {
    expect(beginsBehind("")).toBe(true);
    for (const byte of everyByte) {
      const before = String.fromCharCode(byte);
      expect([byte, beginsBehind(before)]).toEqual([byte, !isOf(/[0-9A-Za-z]/, byte)]);
    }
  });

  it("behind a backslash and the letter of a control character, and behind no other letter", () => {
    for (const byte of everyByte.filter((one) => isOf(/[0-9A-Za-z]/, one))) {
      const letter = String.fromCharCode(byte);
      expect([letter, beginsBehind(`\\${letter}`)]).toEqual([letter, "abefnrtv0".includes(letter)]);
      expect([letter, beginsBehind(`/${letter}`)]).toEqual([letter, false]);
    }
  });

  // Every way to write a byte in two hexadecimal digits; `hh` stands for them.
  const escapes = ["%hh", "%25hh", "x=%hh", "\\xhh", "\\u00hh", "=HH"];
  it.each(escapes)("behind %s exactly if that is no letter or digit", (form) => {
    for (const byte of everyByte) {
      const small = byte.toString(16).padStart(2, "0");
      const capital = small.toUpperCase();
      const isApart = !isOf(/[0-9A-Za-z]/, byte);
      const spellings = form.includes("HH") ? [capital] : [small, capital];
      for (const digits of spellings) {
        const text = form.replace(/hh/i, digits);
        // A digit of these may itself look like the letter of a colour or a control character; none does.
        expect([text, beginsBehind(text)]).toEqual([text, isApart]);
      }
    }
  });

  it.each([
    ["one digit behind a percent sign", "%3"],
    ["two letters that are no digits", "%3g"],
    ["two letters that are no digits", "%g3"],
    ["characters next to the digits and letters", "%/3"],
    ["characters before the digits", "%.3"],
    ["characters before the digits", "%-a"],
    ["characters next to the digits and letters", "%3G"],
    ["digits without an escape", "3d"],
    ["capital digits without an escape", "k3D"],
    ["capital digits without an escape", "AA"],
    ["a 25 without its percent sign", "253d"],
    ["a percent sign before another number", "%263d"],
    ["a percent sign before another number", "%353d"],
    ["an x without its backslash", "x3d"],
    ["a backslash with another letter", "\\y3d"],
    ["a u without its backslash", "u003d"],
    ["a backslash with a U", "\\U003d"],
    ["another character of Unicode", "\\u103d"],
    ["another character of Unicode", "\\u013d"],
    ["small letters behind an equals sign", "=3d"],
    ["small letters behind an equals sign", "=a0"],
    ["small letters behind an equals sign", "=0a"],
    ["a hexadecimal number", "0x3d"],
  ])("not behind %s: %s", (_, text) => {
    expect(beginsBehind(text)).toBe(false);
  });

  it("behind a colour of a terminal, however its escape is written", () => {
    for (const lead of ["\u001b", "\\e", "\\x1b", "\\x1B", "\\033", "\\u001b", "\\u001B"]) {
      for (const colour of ["", "0", "32", "1;32", "38;2;255;128;0", "9".repeat(15)]) {
        expect([lead, colour, beginsBehind(`${lead}[${colour}m`)]).toEqual([lead, colour, true]);
        expect([lead, colour, beginsBehind(`${lead}[${colour}K`)]).toEqual([lead, colour, true]);
      }
    }
  });

  it.each([
    ["a letter m", "m"],
    ["an m behind digits", "32m"],
    ["digits in brackets", "x[32m"],
    ["a bracket at the start", "[32m"],
    ["a colour without its bracket", "\u001b32m"],
    ["a colon for a semicolon", "\u001b[32:1m"],
    ["a slash for a digit", "\u001b[3/m"],
    ["more digits than a colour has", `\u001b[${"9".repeat(16)}m`],
    ["another command of a terminal", "\u001b[32n"],
    ["another command of a terminal", "\u001b[32l"],
  ])("not behind %s", (_, text) => {
    expect(beginsBehind(text)).toBe(false);
  });
});

describe("the variety of a key", () => {
  const varied = "aB3".repeat(8);

  it.each([
    ["24 letters of both cases and digits", varied, true],
    ["23 of them", varied.slice(1), false],
    ["no digit", varied.replaceAll("3", "c"), false],
    ["no capital", varied.replaceAll("B", "c"), false],
    ["no small letter", varied.replaceAll("a", "C"), false],
    ["nothing else than other characters", "_".repeat(24), false],
  ])("%s: %s", (_, text, has) => {
    expect(hasVariety(text)).toBe(has);
  });
});

describe("a text that tells itself inside a word", () => {
  it.each([
    ["abc_", true],
    ["ab-cd", true],
    ["_abc", true],
    ["ab_", false],
    ["abcd", false],
    ["AB12", false],
    ["", false],
  ])("%j: %s", (text, is) => {
    expect(isTellingInWord(text)).toBe(is);
  });
});

describe("a text of letters and digits", () => {
  const text = "AKexample9";
  const isPiece = (before: string, behind: string, middle = text): boolean =>
    isInDigits(Buffer.from(before + middle + behind, "latin1"), {
      start: before.length,
      end: before.length + middle.length,
    });
  // Of base64, and long enough on its own.
  const digits = "aB3dE6gH9jK2mN5p";

  it.each([
    ["behind a plus", `${digits}+`, "", true],
    ["behind a slash", `${digits}/`, "", true],
    ["before a plus", "", `+${digits}`, true],
    ["before a slash", "", `/${digits}`, true],
    ["between both, with half the digits on either side", "aB3dE6g+", "/H9jK2mN", true],
    ["where sixteen digits stand around it", "", "+aB3dE6gH9jK2mN5", true],
    ["where fifteen digits stand around it", "", "+aB3dE6gH9jK2mN", false],
    ["where the digits begin behind a space", "aB3dE6gH9jK2mN5p +", "", false],
    ["where they end before a space", "", "+ aB3dE6gH9jK2mN5p", false],
    ["in a path of small letters", "home/of/the/project/", "/and/its/sources", false],
    ["without a capital", `ab3de6gh9jk2mn5p+`, "", false],
    ["without a small letter", `AB3DE6GH9JK2MN5P+`, "", false],
    ["without a digit", `abcdEFghijKLmnop+`, "", false],
    ["beside nothing of base64 alone", `${digits}=`, `=${digits}`, false],
    ["beside no sign", digits, digits, false],
    ["where the capital stands behind a space", "Z abcdefghijklmn9+", "", false],
    ["where the last of it lies one too far ahead", "", `+${"a".repeat(62)}B3`, false],
    ["where the first of it lies one too far behind", `3B${"a".repeat(62)}+`, "", false],
    ["where what it takes lies too far ahead", "", `+${"a".repeat(63)}B3`, false],
    ["where what it takes lies just near enough", "", `+${"a".repeat(61)}B3`, true],
    ["where what it takes lies too far behind", `B3${"a".repeat(63)}+`, "", false],
    ["where what it takes lies just near enough behind", `B3${"a".repeat(61)}+`, "", true],
  ])("%s", (_, before, behind, expected) => {
    expect(isPiece(before, behind)).toBe(expected);
  });

  it.each(["AK_xample9", "_Kexample9", "AKexample_"])("is none with another sign in it: %s", (middle) => {
    expect(isPiece(`${digits}+`, `+${digits}`, middle)).toBe(false);
  });
});
