import { describe, expect, it } from "vitest";
import { builtInProviders, defineProvider } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { sha256 } from "@keywarden/testing";
import { aforoKey, keyOf, scanner } from "./keys.ts";

const megabyte = 1024 * 1024;

describe("hostile bytes", () => {
  it("may hold a body longer than any key: that is data", () => {
    expect(scanner.scanBytes(Buffer.from("sk_" + "live_" + "aB3dE6".repeat(2_000_000)))).toEqual([]);
  });

  it("may hide a key at the end of a 5 MB line", () => {
    const bytes = Buffer.concat([Buffer.alloc(5 * megabyte, "x = 1; "), Buffer.from(`"${aforoKey(2)}"`)]);
    expect(scanner.scanBytes(bytes)[0]).toMatchObject({
      line: 1,
      column: 5 * megabyte + 2,
      confidence: "high",
    });
  });

  it("cannot put control characters, bidirectional marks or a second key into an excerpt", () => {
    const other = keyOf("sk_test_", 40, 9);
    const text = `\u001B[2J\u202E ${Buffer.from(other).toString("base64")} ${other} x=${aforoKey(1)};\u0007 disk${other}`;
    const excerpts = scanner.scanText(text).map(({ excerpt }) => `${excerpt.before}|${excerpt.after}`);
    const shown = excerpts.join("\n");
    expect(shown).not.toMatch(/(?!\n)\p{Cc}|\u202E/u);
    expect(shown).not.toContain(other.slice(8, 28));
    expect(shown).not.toContain(Buffer.from(other).toString("base64").slice(12, 40));
    expect(shown).toContain("x=");
  });
});

describe("a user's own formats", () => {
  const body = { alphabet: "base62", length: 20, stated: true, issuedLength: 20 } as const;
  const template = builtInProviders[0];
  const own = (id: string, prefix: string, alphabet: "base62" | "base64url" = "base62") => ({
    ...(template as NonNullable<typeof template>),
    id,
    name: id,
    publishedExamples: [],
    variables: [],
    hosts: [],
    formats: [
      {
        prefix,
        kind: "secret",
        environment: "production",
        label: "live",
        body: { ...body, alphabet },
      } as const,
    ],
  });

  it("are found beside 200 others of different prefixes, where no literal is common to all", () => {
    const prefixes = Array.from({ length: 200 }, (_, index) => keyOf("", 5, index + 1).toLowerCase() + "_");
    const many = makeScanner({
      providers: [...builtInProviders, ...prefixes.map((prefix, index) => own(`own-${index}`, prefix))],
      sha256,
    });
    const keys = [...prefixes.map((prefix, index) => keyOf(prefix, 20, index)), aforoKey(5)];
    const text = keys.map((key, index) => `${"x".repeat(index % 17)} ${key}`).join("\n");
    expect(many.scanText(text).map(({ secret }) => secret.reveal())).toEqual(keys);
  });

  it("win over a shorter prefix that starts at the same place", () => {
    const both = makeScanner({ providers: [own("short", "sk_", "base64url"), ...builtInProviders], sha256 });
    const [match] = both.scanText(aforoKey(6));
    expect(match).toMatchObject({ prefix: "sk_" + "live_", provider: "aforo" });
  });

  it("of a wide alphabet do not stretch the keys of a narrow one", () => {
    const wide = makeScanner({
      providers: [own("wide", "sk_" + "live_", "base64url"), ...builtInProviders],
      sha256,
    });
    const [match] = wide.scanText(`${aforoKey(6)}-suffix`);
    expect(match?.secret.reveal()).toBe(aforoKey(6));
  });

  it("are none: a scanner without providers finds nothing", () => {
    expect(makeScanner({ providers: [], sha256 }).scanText(aforoKey(1))).toEqual([]);
  });

  it("are what defineProvider accepts", () => {
    expect(defineProvider(own("mine", "mine_")).ok).toBe(true);
  });
});
