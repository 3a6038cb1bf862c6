import { describe, expect, it } from "vitest";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const key = aforoKey(7);
const [first, second, third] = [key.slice(0, 8), key.slice(8, 20), key.slice(20)];

describe("a key in pieces", () => {
  it.each([
    ["plus", `k = "${first}" + "${second}${third}";`],
    ["plus without spaces", `k='${first}'+'${second}'+'${third}'`],
    ["a full stop, as in PHP", `$k = '${first}' . '${second}${third}';`],
    ["implicit concatenation", `k = ("${first}"\n     "${second}"\n     "${third}")`],
    ["plus at the start of a line", `k = "${first}"\r\n  + "${second}${third}"`],
    ["plus at the end of a line", `k = "${first}" +\n\t\t"${second}${third}"`],
    ["an ampersand, as in Visual Basic", `k = "${first}" & "${second}${third}"`],
    ["two bars, as in SQL", `'${first}' || '${second}${third}'`],
    ["a line continuation in a string", `k = "${first}${second}\\\n${third}"`],
    ["a continuation between strings", `k = "${first}" \\\n "${second}${third}"`],
    ["a template", `k = \`${first}\${"${second}"}${third}\``],
    ["quotes that are escaped", `{"code":"k = \\"${first}\\" + \\"${second}${third}\\""}`],
    ["a prefix that is split behind its first word", `k = "${key.slice(0, 3)}" + "${key.slice(3)}"`],
    ["a prefix that is split, implicitly", `k = '${key.slice(0, 3)}' '${key.slice(3)}'`],
    ["plus and a comment to the end of the line", `k = "${first}" + // the rest\n    "${second}${third}"`],
    ["a comment, then plus", `k = '${first}' // it's split\r\n  + '${second}${third}'`],
    ["a comment in C", `k = "${first}" /* "x" * y **/ "${second}${third}"`],
    ["comments without spaces", `k="${first}"/**/+/*2*/"${second}"//\n+"${third}"`],
    ["comments of several lines", `k = "${first}" /* one\n * two\n */ + "${second}${third}"`],
    ["a comment in Python", `k = ("${first}"  # live\n     "${second}${third}")`],
    ["comment lines in Ruby", `k = "${first}" \\\n  # "rest"\n  # more\n  "${second}${third}"`],
    ["a comment in SQL", `'${first}' -- live\n || '${second}${third}'`],
    ["a comment in a prefix", `k = "${key.slice(0, 3)}" /* x */ "${key.slice(3)}"`],
    ["a comment in a prefix, behind plus", `k = "${key.slice(0, 3)}"+// x\n"${key.slice(3)}"`],
    ["a comment line in a prefix", `k = ('${key.slice(0, 3)}'  # x\n  '${key.slice(3)}')`],
    ["a comment that is right behind a prefix", `k = '${key.slice(0, 3)}'/*x*/+'${key.slice(3)}'`],
    ["a prefix that a line continuation splits", `"${key.slice(0, 3)}\\\n${key.slice(3)}"`],
  ])("joined by %s is one match", (_, text) => {
    const [match, ...more] = scanner.scanText(text);
    expect(match?.secret.reveal()).toBe(key);
    expect(match).toMatchObject({ encoding: "joined-strings", confidence: "high" });
    expect(match?.reason).toMatch(/^a key, split over adjacent strings: fits the format of Aforo/);
    const span = text.slice(match?.start, match?.end);
    const comment = /\/\*[^]*?\*\/|(?:\/\/|#|--)[^\n]*\n/g;
    expect(span.replaceAll(comment, "").replaceAll(/[^0-9A-Za-z_]/g, "")).toBe(key);
    expect(more).toEqual([]);
  });
});

describe("a whole key beside other strings", () => {
  const unstated = keyOf("sk_prod_", 32, 5);

  it.each([
    ["a log line with quoted fields", `"GET /?k=${unstated}" "Mozilla/5.0"`, unstated],
    ["a stated length, then a suffix", `"${key}" + "suffix"`, key],
    ["a list", `["${unstated}", "next"]`, unstated],
    ["a list with comments", `["${unstated}", # "next\n "next"]`, unstated],
    ["a comment that does not end", `K="${key}" /* "next"`, key],
    ["a comment that is too long", `K="${key}" + /*${" ".repeat(240)}*/ "next"`, key],
    ["a division", `K="${key}" / "next"`, key],
    ["lines of their own", `K="${unstated}"\nL="next"`, unstated],
  ])("stays what it is: %s", (_, text, expected) => {
    expect(scanner.scanText(text).map(({ secret, encoding }) => [secret.reveal(), encoding])).toEqual([
      [expected, "plain"],
    ]);
  });
});

describe("left boundaries", () => {
  it.each([
    ["a colour of a terminal", `\u001B[32m${key}\u001B[0m`],
    ["a colour that is spelled out", `\\u001b[1;32m${key}`],
    ["a percent sign that is encoded twice", `k%253D${key}`],
  ])("%s", (_, text) => {
    expect(scanner.scanText(text)[0]?.secret.reveal()).toBe(key);
  });
});
