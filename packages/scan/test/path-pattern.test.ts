import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { readPathPattern } from "../src/policy/path-pattern.ts";

function matches(pattern: string, path: string): boolean {
  const read = readPathPattern(pattern);
  if (!read.ok) throw new Error(`${pattern}: ${read.problem}`);
  return read.matches(path);
}

describe("a path pattern", () => {
  it.each([
    ["src/app.ts", "src/app.ts", true],
    ["src/app.ts", "src/app.tsx", false],
    ["src/app.ts", "other/src/app.ts", false],
    ["*.ts", "app.ts", true],
    ["*.ts", "src/app.ts", false],
    ["**/*.ts", "app.ts", true],
    ["**/*.ts", "a/b/c/app.ts", true],
    ["src/**", "src/a/b.ts", true],
    ["src/**", "src", false],
    ["src/**", "srcs/a", false],
    ["src/**/fixtures", "src/fixtures/a", true],
    ["src/**/fixtures/**", "src/a/b/fixtures/c/d", true],
    ["src/**/fixtures/**", "src/a/b/fixture/c/d", false],
    ["vendor", "vendor/a/b.js", true],
    ["vendor/", "vendor/a/b.js", true],
    ["vendor", "a/vendor/b.js", false],
    ["test/?.env", "test/a.env", true],
    ["test/?.env", "test/ab.env", false],
    ["{a,b}/*.{js,ts}", "b/x.ts", true],
    ["{a,b}/*.{js,ts}", "c/x.ts", false],
    ["app/[slug]/page.tsx", "app/[slug]/page.tsx", true],
    ["app/[slug]/page.tsx", "app/s/page.tsx", false],
    ["a*b*c", "a1b2b3c", true],
    ["a*b*c", "a1b2b3", false],
    [".env*", ".env.local", true],
    ["Test/**", "test/a", false],
    ["src/**", "src/", true],
    ["**", "a/b", true],
    ["a/**/b", "a/b", true],
    ["a/**/b/c", "a/b/x/b/c", true],
    ["a/**/b/c", "a/b/x/b/d", false],
    ["a/b/c", "a/b", false],
    ["a/*", "a/b/c", true],
    ["a/?", "a/", false],
    ["?", "a", true],
    ["a?", "a", false],
    ["*", "", true],
    ["ab*", "ab", true],
    ["*b*d", "abcbd", true],
    ["*bc", "abdbc", true],
    ["{,a}b", "b", true],
    ["{,a}b", "ab", true],
    ["x{a}y", "xay", true],
    ["{a,b}", "{a,b}", false],
  ])("%s on %s gives %s", (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it.each([
    ["", "must be a path pattern of 1 to 256 characters"],
    ["a".repeat(257), "must be a path pattern of 1 to 256 characters"],
    ["/src", "must not begin with /: it starts at the top of the repository anyway"],
    ["!src", "cannot take something back with !: list what is meant"],
    ["src\\a", "must have / between folders, on Windows too"],
    ["a/../b", "must be written without . and .. and without empty names"],
    ["./a", "must be written without . and .. and without empty names"],
    ["a//b", "must be written without . and .. and without empty names"],
    ["a//", "must be written without . and .. and without empty names"],
    ["**a/b", "must have ** as a whole name between slashes, as in src/**/fixtures"],
    ["***", "must have ** as a whole name between slashes, as in src/**/fixtures"],
    ["a}b", "must close each brace, nest none, and mean at most 64 patterns"],
    ["a/**.ts", "must have ** as a whole name between slashes, as in src/**/fixtures"],
    ["{a,b", "must close each brace, nest none, and mean at most 64 patterns"],
    ["{a,{b,c}}", "must close each brace, nest none, and mean at most 64 patterns"],
    [`{a${",a".repeat(64)}}`, "must close each brace, nest none, and mean at most 64 patterns"],
    ["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "must close each brace, nest none, and mean at most 64 patterns"],
  ])("%s is refused with a reason", (pattern, problem) => {
    expect(readPathPattern(pattern)).toEqual({ ok: false, problem });
  });

  it("may be 256 characters long and mean 64 patterns", () => {
    expect(matches("a".repeat(256), "a".repeat(256))).toBe(true);
    expect(matches("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "abbaba")).toBe(true);
    expect(matches(`{b${",a".repeat(63)}}`, "b")).toBe(true);
  });

  it("matches every path by itself, and what is below it", () => {
    const name = fastCheck.stringMatching(/^[a-zA-Z0-9._[\]-]{1,8}$/).filter((text) => !/^\.\.?$/.test(text));
    const path = fastCheck.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join("/"));
    fastCheck.assert(
      fastCheck.property(path, name, (whole, child) => {
        expect(matches(whole, whole)).toBe(true);
        expect(matches(whole, `${whole}/${child}`)).toBe(true);
        expect(matches("**", whole)).toBe(true);
        expect(matches(`**/${whole}`, `${child}/${whole}`)).toBe(true);
      }),
    );
  });

  it("agrees with a regular expression on names with stars", () => {
    const pattern = fastCheck.stringMatching(/^[ab*?]{1,8}$/).filter((text) => !text.includes("**"));
    const text = fastCheck.stringMatching(/^[ab]{1,10}$/);
    fastCheck.assert(
      fastCheck.property(pattern, text, (stars, name) => {
        const expression = new RegExp(`^${stars.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        expect(matches(stars, name)).toBe(expression.test(name));
      }),
    );
  });

  it("costs little even where a regular expression would go on for ever", () => {
    const stars = "a*".repeat(120);
    expect(matches(stars, `${"a".repeat(4000)}b/c`)).toBe(true);
    expect(matches(`${stars}c`, "a".repeat(4000))).toBe(false);
    expect(matches("**/a/".repeat(40).slice(0, -1), `${"a/".repeat(400)}b`)).toBe(true);
    expect(matches(`${"**/a/".repeat(40)}c`, `${"a/".repeat(400)}b`)).toBe(false);
  });
});
